const COMMA = Buffer.from(',');

/**
 * Puts texts that are made in pieces behind one another, with a comma between those that are not empty. While one is
 * taken, the first piece of the next is made, never more: a server works on both, the embedded engine on one after the other.
 */
export async function* separated(texts: readonly AsyncIterable<Buffer>[]): AsyncGenerator<Buffer> {
  const iterators = texts.map((text) => text[Symbol.asyncIterator]());
  let upcoming = begin(iterators[0]);
  let begun = false;
  try {
    for (const [index, iterator] of iterators.entries()) {
      const first = upcoming;
      upcoming = begin(iterators[index + 1]);
      let empty = true;
      for (let piece = await first!; !piece.done; piece = await iterator.next()) {
        if (piece.value.length === 0) continue;
        if (empty && begun) yield COMMA;
        empty = false;
        yield piece.value;
      }
      begun ||= !empty;
    }
  } finally {
    await upcoming?.catch(() => undefined);
    for (const iterator of iterators) await iterator.return?.();
  }
}

function begin(iterator: AsyncIterator<Buffer> | undefined): Promise<IteratorResult<Buffer>> | undefined {
  const first = iterator?.next();
  // Its failure is reported when it is awaited, which may be later.
  first?.catch(() => undefined);
  return first;
}
