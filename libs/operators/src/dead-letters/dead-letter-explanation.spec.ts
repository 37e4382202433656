import { explainDeadLetter, type LetterFacts } from './dead-letter-explanation.js';

const RECEIVED = Date.UTC(2026, 0, 1, 12);
const limits = { maxClockSkewSeconds: 300, retentionDays: 400 };

function facts(reason: string, body: unknown, more: Partial<LetterFacts['letter']> = {}): LetterFacts {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    letter: {
      reason,
      field: 'actionTime',
      message: 'the message',
      description: 'The description.',
      receivedAt: RECEIVED,
      keptBytes: text.length,
      ...more,
    },
    shown: { body: text, bodyBytes: text.length, bodyTruncated: false },
    position: undefined,
    limits,
  };
}

describe('the words about a dead letter', () => {
  it('say how far a time is off, whatever it was sent as', () => {
    const time = RECEIVED / 1000 + 5400;
    for (const actionTime of [time, String(time), time * 1000]) {
      expect(explainDeadLetter(facts('in_future', { actionTime })).wrong).toBe(
        `actionTime ${actionTime} (2026-01-01T13:30:00Z) was 1.5 h ahead of our clock when it came (MAX_CLOCK_SKEW_SECONDS=300).`,
      );
    }
    expect(
      explainDeadLetter(facts('too_old', { actionTime: RECEIVED / 1000 - 500 * 86_400 })).wrong,
    ).toContain('was 500 days behind our clock when it came (RETENTION_DAYS=400)');
  });

  it('fall back to the message where the body does not tell the time', () => {
    for (const body of ['a;b;c', { actionTime: null }, [], { actionTime: 1e300 }, 'null']) {
      expect(explainDeadLetter(facts('in_future', body)).wrong).toBe(
        'The message (MAX_CLOCK_SKEW_SECONDS=300).',
      );
    }
  });

  it('quote the value that is wrong, but not at any length', () => {
    expect(explainDeadLetter(facts('invalid_field', { actionTime: 'noon' })).wrong).toBe(
      'The message. It is "noon".',
    );
    expect(
      explainDeadLetter(facts('invalid_field', { actionTime: 'x'.repeat(1000) })).wrong.length,
    ).toBeLessThan(130);
  });

  it('are those of the letter for a reason that no catalogue has', () => {
    for (const reason of ['new_one', 'constructor', '__proto__']) {
      expect(explainDeadLetter(facts(reason, {}))).toEqual({
        wrong: 'The message.',
        right: 'The description.',
      });
    }
  });
});
