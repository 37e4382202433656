import { guessTimeMistake } from './guess-time-mistake.js';

const RECEIVED = Date.UTC(2026, 0, 1, 12);

describe('guessTimeMistake', () => {
  it('recognizes units that senders mistake for seconds and milliseconds', () => {
    expect(guessTimeMistake(RECEIVED * 1000, RECEIVED * 1000, RECEIVED)).toContain('in microseconds?');
    expect(guessTimeMistake(RECEIVED * 1e6, RECEIVED * 1e6, RECEIVED)).toContain('in nanoseconds?');
    const minutes = RECEIVED / 60_000;
    expect(guessTimeMistake(minutes, minutes * 1000, RECEIVED)).toContain('in minutes?');
  });

  it('recognizes a time zone by whole hours, up to the widest offset', () => {
    const off = (ms: number) => guessTimeMistake((RECEIVED + ms) / 1000, RECEIVED + ms, RECEIVED);
    expect(off(3 * 3_600_000)).toContain('almost exactly 3 h');
    expect(off(-3 * 3_600_000 + 300_000)).toContain('almost exactly 3 h');
    expect(off(3 * 3_600_000 + 300_001)).toBeUndefined();
    expect(off(14 * 3_600_000)).toContain('almost exactly 14 h');
    expect(off(15 * 3_600_000)).toBeUndefined();
    expect(off(60_000)).toBeUndefined();
  });
});
