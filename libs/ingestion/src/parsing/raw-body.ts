import type { IncomingMessage } from 'node:http';
import { badRequest, type ApiError } from '#edge';
import { KEPT_OF_TOO_LARGE_BYTES, MAX_BODY_BYTES } from '../rejections/rejection.js';

/** How much more of a body that is too large is read before it is refused. */
export const MAX_DRAINED_BYTES = 1024 * 1024;

/** The body of a message as received: of a request, or a line of bulk input. */
export interface RawBody {
  /** The whole body, or its beginning if it was too large. */
  readonly bytes: Buffer;
  /** The size of the whole body, as far as known. */
  readonly size: number;
  readonly tooLarge: boolean;
}

export const NO_BODY: RawBody = { bytes: Buffer.alloc(0), size: 0, tooLarge: false };

/**
 * Reads a body. One that is too large is drained for a while, so that a sender that is still writing can read the
 * answer.
 *
 * @param maxBytes the largest body that is accepted.
 * @throws ApiError 400 if the connection breaks before the end: then nothing complete was sent.
 */
export function readRawBody(payload: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<RawBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = () => {
      payload.removeAllListeners('data');
      resolve(toRawBody(chunks, size, maxBytes, Number(payload.headers['content-length'] ?? 0)));
    };
    payload.on('data', (chunk: Buffer) => {
      if (size <= maxBytes) chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes + MAX_DRAINED_BYTES) {
        finish();
        payload.resume();
      }
    });
    payload.on('end', finish);
    payload.on('error', () => reject(connectionLost()));
    payload.on('close', () => {
      if (!payload.readableEnded) reject(connectionLost());
    });
  });
}

/** No client is left to read it, but as an error of the client it is not logged as one of ours. */
export function connectionLost(): ApiError {
  return badRequest('', 'the body is incomplete', 'Send the whole body before closing the connection.');
}

function toRawBody(chunks: Buffer[], size: number, maxBytes: number, announced: number): RawBody {
  const tooLarge = size > maxBytes;
  const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  if (!tooLarge) return { bytes: whole, size, tooLarge };
  return { bytes: whole.subarray(0, KEPT_OF_TOO_LARGE_BYTES), size: Math.max(size, announced), tooLarge };
}
