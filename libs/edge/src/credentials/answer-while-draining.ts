import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** After a refusal, the body is drained for this long, so that the sender can read the answer. */
export const REFUSED_DRAIN_MS = 2_000;
/** The most bytes that are drained after a refusal. */
export const REFUSED_DRAIN_BYTES = 2 * 1024 * 1024;

/** How long a body is drained, and how much of it. */
export interface DrainLimits {
  readonly forMs: number;
  readonly maxBytes: number;
}

/** Whether a request has a body, as far as its headers say. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * An answer that is sent at once but ends, and with it the connection, only when the body of its request does: closing
 * a connection while the client still writes resets it, and the answer may be lost. The body is discarded.
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
