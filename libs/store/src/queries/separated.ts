const COMMA = Buffer.from(',');

/** Joins texts that are made in pieces, with a comma between those that are not empty. */
export async function* separated(texts: readonly AsyncIterable<Buffer>[]): AsyncGenerator<Buffer> {
  let begun = false;
  for (const text of texts) {
    let empty = true;
    for await (const piece of text) {
      if (piece.length === 0) continue;
      if (empty && begun) yield COMMA;
      empty = false;
      yield piece;
    }
    begun ||= !empty;
  }
}
