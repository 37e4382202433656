import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { answerWhileDraining, hasBody } from './answer-while-draining.js';

const LONG_MS = 60_000;

/** A request's body, and how far its answer has come. */
function answered(bounds: { forMs?: number; maxBytes?: number }, body = new PassThrough()) {
  const answer = answerWhileDraining(body as unknown as IncomingMessage, 'no', {
    forMs: LONG_MS,
    maxBytes: 1_000,
    ...bounds,
  });
  const seen = { text: '', ended: false };
  answer.on('data', (text: string) => (seen.text += text));
  const ended = new Promise<void>((resolve) => answer.on('end', () => ((seen.ended = true), resolve())));
  return { body, seen, ended };
}

/** Waits until everything that is under way in this process is done. */
const flushed = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('answerWhileDraining', () => {
  it('sends the answer at once, and ends it with the body', async () => {
    const { body, seen } = answered({});
    body.write(Buffer.alloc(500));
    await flushed();
    expect(seen).toEqual({ text: 'no', ended: false });
    body.end();
    await flushed();
    expect(seen.ended).toBe(true);
  });

  it('ends the answer at the byte limit, and reads no further', async () => {
    const { body, seen } = answered({ maxBytes: 1_000 });
    body.write(Buffer.alloc(999));
    await flushed();
    expect([seen.ended, body.readableLength]).toEqual([false, 0]);
    body.write(Buffer.alloc(1));
    await flushed();
    expect(seen.ended).toBe(true);
    body.write(Buffer.alloc(7));
    await flushed();
    expect(body.readableLength).toBe(7);
  });

  it('ends the answer after the time limit, even if nothing arrives', async () => {
    const { ended, body } = answered({ forMs: 1 });
    await ended;
    expect(body.listenerCount('data')).toBe(0);
  });

  it('ends the answer when the client has left or leaves', async () => {
    const meanwhile = answered({});
    await flushed();
    meanwhile.body.destroy();
    const gone = new PassThrough().destroy();
    await flushed();
    const before = answered({}, gone);
    await flushed();
    expect([meanwhile.seen.ended, before.seen.ended]).toEqual([true, true]);
  });
});

describe('hasBody', () => {
  it('goes by the headers', () => {
    const has = (headers: IncomingMessage['headers']) => hasBody({ headers });
    expect([has({ 'content-length': '1' }), has({ 'transfer-encoding': 'chunked' })]).toEqual([true, true]);
    expect([has({ 'content-length': '0' }), has({})]).toEqual([false, false]);
  });
});
