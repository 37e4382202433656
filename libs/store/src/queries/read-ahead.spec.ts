import { readAhead } from './read-ahead.js';

async function takeAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

describe('Reading ahead', () => {
  it('yields every item once and in order', async () => {
    async function* items() {
      yield* [1, 2, 3];
    }
    async function* none() {}
    expect(await takeAll(readAhead(items()))).toEqual([1, 2, 3]);
    expect(await takeAll(readAhead(none()))).toEqual([]);
  });

  it('prepares one item beyond the last one taken, never two', async () => {
    let made = 0;
    async function* items() {
      while (made < 100) yield ++made;
    }
    const ahead = readAhead(items());
    for (let taken = 1; taken <= 10; taken++) {
      await ahead.next();
      await new Promise((resolve) => setImmediate(resolve));
      expect(made).toBe(taken + 1);
    }
    await ahead.return(undefined);
  });

  it('ends the source when the consumer leaves', async () => {
    let ended = false;
    async function* items() {
      try {
        yield 1;
        yield 2;
        yield 3;
      } finally {
        ended = true;
      }
    }
    for await (const item of readAhead(items())) {
      expect(item).toBe(1);
      break;
    }
    expect(ended).toBe(true);
  });

  it('yields the items that precede a failure first', async () => {
    async function* items() {
      yield 1;
      yield 2;
      throw new Error('a fault');
    }
    const ahead = readAhead(items());
    expect((await ahead.next()).value).toBe(1);
    expect((await ahead.next()).value).toBe(2);
    await expect(ahead.next()).rejects.toThrow('a fault');
  });

  it('ignores a failure that no consumer stays to see', async () => {
    async function* items() {
      yield 1;
      throw new Error('a fault');
    }
    for await (const item of readAhead(items())) {
      expect(item).toBe(1);
      break;
    }
  });
});
