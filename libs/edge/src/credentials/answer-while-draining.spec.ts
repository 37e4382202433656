import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { answerWhileDraining, hasBody } from './answer-while-draining.js';

const LONG_MS = 60_000;

/** The request's body, and what became of the answer. */
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

/** Until all that can happen without the outside has happened. */
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('an answer while the body still comes', () => {
  it('is there at once, and ends with the body', async () => {
    const { body, seen } = answered({});
    body.write(Buffer.alloc(500));
    await settled();
    expect(seen).toEqual({ text: 'no', ended: false });
    body.end();
    await settled();
    expect(seen.ended).toBe(true);
  });

  it('ends at so many bytes, after which no more is read', async () => {
    const { body, seen } = answered({ maxBytes: 1_000 });
    body.write(Buffer.alloc(999));
    await settled();
    expect([seen.ended, body.readableLength]).toEqual([false, 0]);
    body.write(Buffer.alloc(1));
    await settled();
    expect(seen.ended).toBe(true);
    body.write(Buffer.alloc(7));
    await settled();
    expect(body.readableLength).toBe(7);
  });

  it('ends after the time, also if nothing comes', async () => {
    const { ended, body } = answered({ forMs: 1 });
    await ended;
    expect(body.listenerCount('data')).toBe(0);
  });

  it('ends when the sender is gone, before it or meanwhile', async () => {
    const meanwhile = answered({});
    await settled();
    meanwhile.body.destroy();
    const gone = new PassThrough().destroy();
    await settled();
    const before = answered({}, gone);
    await settled();
    expect([meanwhile.seen.ended, before.seen.ended]).toEqual([true, true]);
  });
});

describe('whether a request has a body', () => {
  it('is told by its headers', () => {
    const has = (headers: IncomingMessage['headers']) => hasBody({ headers });
    expect([has({ 'content-length': '1' }), has({ 'transfer-encoding': 'chunked' })]).toEqual([true, true]);
    expect([has({ 'content-length': '0' }), has({})]).toEqual([false, false]);
  });
});
