import { Readable } from 'node:stream';
import { noData } from '#edge';
import type { JsonPieces } from '#store';

const OPEN = Buffer.from('[');
const CLOSE = Buffer.from(']');

/**
 * Makes an array of the pieces, as a stream that is only read as fast as it is taken.
 *
 * The first piece is awaited, so that an empty answer and a fault before it can still be told by the status.
 * A fault later on breaks the stream, and with it the connection: an incomplete answer never looks whole.
 *
 * @throws ApiError 404 if there are none.
 */
export async function jsonArray(pieces: JsonPieces): Promise<Readable> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) throw noData('There is nothing for what was asked for.');
  const answer = Readable.from(around(first.value, iterator), { objectMode: false, highWaterMark: 1 });
  // Not within the generator: one that was never read from has not entered its `try`.
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
