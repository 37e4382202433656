import { encodeDeadLetterRecord, encodeDeadLetterResendRecord, type DeadLetterResend } from '#event-log';
import { DeadLetterTopicProjection } from './dead-letter-topic-projection.js';

const letter = {
  type: 'status',
  reason: 'malformed',
  field: '',
  message: 'm',
  description: 'd',
  systemId: 's',
  receivedAt: 5,
  remoteAddress: '',
  bodyBytes: 0,
  bodyBase64: '',
} as const;
const resend: DeadLetterResend = {
  resendId: 'r',
  letterId: 'l',
  letterReceivedAt: 5,
  systemId: 's',
  resentAt: 6,
  resentBy: 'me',
  corrected: true,
  outcome: 'accepted',
  reason: '',
  field: '',
  message: '',
  description: '',
};
const stored = (offset: number, value: string) => ({ partition: 1, offset, appendedAt: 7, value });

describe('the projection of dead letters', () => {
  it('distinguishes letters from marks of resends, and counts only letters', async () => {
    const { changes, accounts } = await new DeadLetterTopicProjection().project([
      stored(0, encodeDeadLetterRecord(letter).value),
      stored(1, encodeDeadLetterResendRecord(resend).value),
    ]);
    expect(changes.deadLetters).toMatchObject([{ ...letter, id: 'wfm.dead-letter.v1-1-0' }]);
    expect(changes.deadLetterResends).toMatchObject([resend]);
    expect(accounts.get(1)).toMatchObject({ deadLettered: 1 });
  });

  it.each([
    ['of another outcome', { outcome: 'maybe' }],
    ['without its letter', { letterId: undefined }],
    ['with an invalid time', { resentAt: '6' }],
    ['that does not state whether it is corrected', { corrected: 1 }],
  ])('sets aside a mark %s as an unreadable record', async (_, changes) => {
    const { value } = encodeDeadLetterResendRecord({ ...resend, ...changes } as never);
    const projected = await new DeadLetterTopicProjection().project([stored(0, value)]);
    expect(projected.changes.deadLetterResends).toEqual([]);
    expect(projected.changes.deadLetters).toMatchObject([{ reason: 'unreadable_record', type: 'unknown' }]);
  });
});
