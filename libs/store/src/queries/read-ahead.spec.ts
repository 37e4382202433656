import { readAhead } from './read-ahead.js';

async function takeAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

describe('reading ahead', () => {
  it('gives every item once, in order', async () => {
    async function* items() {
      yield* [1, 2, 3];
    }
    async function* none() {}
    expect(await takeAll(readAhead(items()))).toEqual([1, 2, 3]);
    expect(await takeAll(readAhead(none()))).toEqual([]);
  });

  it('has one item more made than was taken, never two', async () => {
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

  it('ends what makes the items when their taker leaves', async () => {
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

  it('gives the items that were made before a fault first', async () => {
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

  it('does not mind a fault that nobody stays to see', async () => {
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
