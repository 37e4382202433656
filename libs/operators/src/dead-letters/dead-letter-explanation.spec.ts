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

describe('explainDeadLetter', () => {
  it('reports how far a time is off, in any unit and type', () => {
    const time = RECEIVED / 1000 + 5400;
    for (const actionTime of [time, String(time), time * 1000]) {
      expect(explainDeadLetter(facts('in_future', { actionTime })).wrong).toBe(
        `actionTime ${actionTime} (2026-01-01T13:30:00Z) was 1.5 h ahead of the service's clock when it was received (MAX_CLOCK_SKEW_SECONDS=300).`,
      );
    }
    expect(
      explainDeadLetter(facts('too_old', { actionTime: RECEIVED / 1000 - 500 * 86_400 })).wrong,
    ).toContain("was 500 days behind the service's clock when it was received (RETENTION_DAYS=400)");
  });

  it('falls back to the message if the body has no usable time', () => {
    for (const body of ['a;b;c', { actionTime: null }, [], { actionTime: 1e300 }, 'null']) {
      expect(explainDeadLetter(facts('in_future', body)).wrong).toBe(
        'The message (MAX_CLOCK_SKEW_SECONDS=300).',
      );
    }
  });

  it('quotes the wrong value, up to a maximum length', () => {
    expect(explainDeadLetter(facts('invalid_field', { actionTime: 'noon' })).wrong).toBe(
      'The message. It is "noon".',
    );
    expect(
      explainDeadLetter(facts('invalid_field', { actionTime: 'x'.repeat(1000) })).wrong.length,
    ).toBeLessThan(130);
  });

  it('uses the message of the dead letter for an unknown reason', () => {
    for (const reason of ['new_one', 'constructor', '__proto__']) {
      expect(explainDeadLetter(facts(reason, {}))).toEqual({
        wrong: 'The message.',
        right: 'The description.',
      });
    }
  });
});
