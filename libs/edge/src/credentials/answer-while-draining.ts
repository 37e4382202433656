import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** After a refusal, what the sender still sends is read for this long, so that it gets to see the answer. */
export const REFUSED_DRAIN_MS = 2_000;
/** No more of it is read than this. */
export const REFUSED_DRAIN_BYTES = 2 * 1024 * 1024;

/** How long is read on, and how much. */
export interface DrainLimits {
  readonly forMs: number;
  readonly maxBytes: number;
}

/** Whether a body comes with a request, or is announced. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * An answer that is there at once but ends, and with it the connection, only when the body of its request has: a connection
 * that is closed while its other side still writes is reset, and the answer may be lost with it. Nothing of the body is kept.
 */
export function answerWhileDraining(
  request: IncomingMessage,
  text: string,
  bounds: DrainLimits = { forMs: REFUSED_DRAIN_MS, maxBytes: REFUSED_DRAIN_BYTES },
): Readable {
  return Readable.from(
    (async function* () {
      yield text;
      await drainBody(request, bounds);
    })(),
  );
}

function drainBody(request: IncomingMessage, { forMs, maxBytes }: DrainLimits): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes >= maxBytes) finish();
    };
    const finish = () => {
      clearTimeout(timer);
      request.off('data', count).pause();
      resolve();
    };
    const timer = setTimeout(finish, forMs);
    request.on('data', count).once('end', finish).once('close', finish);
    if (request.closed) finish();
  });
}
