import { wallClock } from '#telemetry';
import { LagAge } from './lag-age.js';

describe('the age of a lag', () => {
  const secondsAgo = (seconds: number) => wallClock() - seconds * 1_000;

  it('is 0 without uncommitted records', () => {
    const age = new LagAge();
    age.onFetched(0, [{ offset: 5, appendedAt: secondsAgo(100) }]);
    expect(age.seconds(0, 5, 0)).toBe(0);
  });

  it('is that of the oldest uncommitted record if this member fetched it', () => {
    const age = new LagAge();
    age.onFetched(0, [{ offset: 5, appendedAt: secondsAgo(100) }]);
    age.onFetched(0, [{ offset: 8, appendedAt: secondsAgo(50) }]);
    expect(Math.round(age.seconds(0, 5, 4) / 10)).toBe(10);
    age.onCommitted(0, 8, false);
    expect(Math.round(age.seconds(0, 8, 1) / 10)).toBe(5);
  });

  it('counts from when the record was first seen if another member fetched it', () => {
    const age = new LagAge();
    expect(age.seconds(0, 5, 4)).toBeLessThan(5);
    age.onFetched(1, [{ offset: 5, appendedAt: secondsAgo(100) }]);
    expect(age.seconds(0, 5, 4)).toBeLessThan(5);
  });
});
