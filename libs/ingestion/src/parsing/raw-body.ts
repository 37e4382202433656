import type { IncomingMessage } from 'node:http';
import { badRequest, type ApiError } from '#edge';
import { KEPT_OF_TOO_LARGE_BYTES, MAX_BODY_BYTES } from '../rejections/rejection.js';

/** Of a body that is too large, this much more is read before it is refused. */
export const MAX_DRAINED_BYTES = 1024 * 1024;

/** The body of a message as it came: of a request, or a line of bulk input. */
export interface RawBody {
  /** The whole body, or its beginning if it was too large. */
  readonly bytes: Buffer;
  /** The size of the whole body as far as it is known. */
  readonly size: number;
  readonly tooLarge: boolean;
}

export const NO_BODY: RawBody = { bytes: Buffer.alloc(0), size: 0, tooLarge: false };

/**
 * Reads a body. One that is too large is still read on for a while, so that its sender, who may be writing,
 * gets to see the answer.
 *
 * @param maxBytes the largest body that is taken.
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
    payload.on('error', () => reject(brokenOff()));
    payload.on('close', () => {
      if (!payload.readableEnded) reject(brokenOff());
    });
  });
}

/** Nobody is there to see the answer; it is an error of the caller's, so that it is not logged as one of ours. */
export function brokenOff(): ApiError {
  return badRequest('', 'the body broke off', 'Send the whole body before the connection is closed.');
}

function toRawBody(chunks: Buffer[], size: number, maxBytes: number, announced: number): RawBody {
  const tooLarge = size > maxBytes;
  const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  if (!tooLarge) return { bytes: whole, size, tooLarge };
  return { bytes: whole.subarray(0, KEPT_OF_TOO_LARGE_BYTES), size: Math.max(size, announced), tooLarge };
}
