import { LogUnavailableError, type NewRecord } from '#event-log';
import type { DeadLetterStore, DeadLetterWithResends } from '#store';
import { NOT_PERMITTED, type Refusal, type Resubmitting } from '../ops-ports.js';
import { Resending } from './resending.js';

const body = Buffer.from('{"a":1}');
const letter: DeadLetterWithResends = {
  id: 'l',
  receivedAt: 5,
  type: 'contact',
  reason: 'malformed',
  field: '',
  message: '',
  description: '',
  systemId: 's',
  remoteAddress: '',
  bodyBytes: body.length,
  keptBytes: body.length,
  bodyBase64: body.toString('base64'),
  resends: [],
};
const refusal: Refusal = { reason: 'too_old', field: 'actionTime', message: 'm', description: 'd' };
const received = (bytes: Buffer) => ({ bytes, size: bytes.length, tooLarge: false });

/** A resending, and the steps that it took. */
function resendingWith(changes: {
  refusal?: Refusal;
  submitFails?: boolean;
  letter?: DeadLetterWithResends;
}) {
  const done: unknown[] = [];
  const letters: Pick<DeadLetterStore, 'deadLetter'> = {
    deadLetter: async (id, systems) => {
      done.push(['looked up', id, systems]);
      return changes.letter ?? letter;
    },
  };
  const resubmitting: Resubmitting = {
    async submit(type, submitted, systems) {
      if (changes.submitFails) throw new LogUnavailableError('away');
      done.push(['submitted', type, submitted.bytes.toString(), systems]);
      return changes.refusal;
    },
    async mark({ key, value }: NewRecord) {
      done.push(['marked', key, JSON.parse(value)]);
    },
  };
  return { resending: new Resending(letters as DeadLetterStore, resubmitting, () => 9), done };
}

describe('Resending', () => {
  const request = { id: 'l', systems: ['s'], body: undefined, by: 'me' };

  it('submits the event before it marks the dead letter', async () => {
    const { resending, done } = resendingWith({});
    const { resendId } = await resending.resend(request);
    expect(done).toEqual([
      ['looked up', 'l', ['s']],
      ['submitted', 'contact', '{"a":1}', ['s']],
      [
        'marked',
        's',
        expect.objectContaining({
          kind: 'resend',
          resendId,
          letterId: 'l',
          resentAt: 9,
          outcome: 'accepted',
        }),
      ],
    ]);
  });

  it('marks nothing if the event cannot be written, or belongs to a system that is not permitted', async () => {
    const away = resendingWith({ submitFails: true });
    await expect(away.resending.resend(request)).rejects.toThrow(LogUnavailableError);
    expect(away.done).toHaveLength(1);
    const foreign = resendingWith({ refusal: { ...refusal, reason: NOT_PERMITTED } });
    await expect(foreign.resending.resend(request)).rejects.toMatchObject({ status: 403 });
    expect(foreign.done).toHaveLength(2);
  });

  it('marks a dead letter that is rejected again with the reason', async () => {
    const { resending, done } = resendingWith({ refusal });
    expect(await resending.resend(request)).toMatchObject({ refusal, corrected: false });
    expect(done.at(-1)).toEqual([
      'marked',
      's',
      expect.objectContaining({ outcome: 'rejected', ...refusal }),
    ]);
  });

  it('treats a body as corrected only if it differs', async () => {
    const { resending } = resendingWith({});
    expect((await resending.resend({ ...request, body: received(body) })).corrected).toBe(false);
    expect((await resending.resend({ ...request, body: received(Buffer.from('{}')) })).corrected).toBe(true);
  });

  it('does not resend a body of which only a part is stored, even if that part is sent back', async () => {
    const cut = { ...letter, bodyBytes: body.length + 1 };
    const { resending, done } = resendingWith({ letter: cut });
    await expect(resending.resend(request)).rejects.toMatchObject({ status: 409 });
    expect(done).toHaveLength(1);
    expect((await resending.resend({ ...request, body: received(body) })).corrected).toBe(true);
  });
});
