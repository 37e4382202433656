import { Readable } from 'node:stream';
import { noData } from '#edge';
import type { JsonPieces } from '#store';

/** The description of every 404 for a query without data. */
export const NO_DATA = 'There is no data for this request.';

const OPEN = Buffer.from('[');
const CLOSE = Buffer.from(']');

/**
 * Streams an array of the pieces, producing it only as fast as it is read.
 *
 * It awaits the first piece, so that the status can still reflect an empty answer or an early failure. A later failure
 * breaks the stream, and with it the connection: an incomplete answer never looks complete.
 *
 * @throws ApiError 404 if there are no pieces.
 */
export async function jsonArray(pieces: JsonPieces): Promise<Readable> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) throw noData(NO_DATA);
  const answer = Readable.from(around(first.value, iterator), { objectMode: false, highWaterMark: 1 });
  // Not in a `finally` of the generator: if nothing was read, it has not been entered.
  answer.once('close', () => void iterator.return?.()?.catch(() => undefined));
  return answer;
}

async function* around(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield OPEN;
  yield first;
  for (;;) {
    const { done, value } = await rest.next();
    if (done) break;
    yield value;
  }
  yield CLOSE;
}
