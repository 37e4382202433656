import { separated } from './separated.js';

/** Texts of the given pieces that record what becomes of them. */
function textsOf(texts: readonly (readonly string[])[]) {
  const notes: string[] = [];
  const made = texts.map(async function* (pieces, index) {
    try {
      notes.push(`${index} begun`);
      for (const piece of pieces) {
        if (piece === 'fault') throw new Error(`fault of ${index}`);
        yield Buffer.from(piece);
      }
    } finally {
      notes.push(`${index} ended`);
    }
  });
  return { made, notes };
}

async function joined(texts: readonly (readonly string[])[]): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of separated(textsOf(texts).made)) pieces.push(piece.toString());
  return pieces.join('');
}

describe('Texts that are joined', () => {
  it.each([
    [[], ''],
    [[[]], ''],
    [[['a']], 'a'],
    [[['a'], ['b'], ['c']], 'a,b,c'],
    [
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      'ab,cd',
    ],
    [[[], ['a'], [], ['b'], []], 'a,b'],
    [[[''], ['', 'a', ''], ['', ''], ['b'], ['']], 'a,b'],
  ])('are separated by a comma unless they are empty: %j', async (texts, expected) => {
    expect(await joined(texts)).toBe(expected);
  });

  it('have no pieces if all are empty', async () => {
    for await (const piece of separated(textsOf([[''], [], ['', '']]).made)) {
      throw new Error(`a piece of ${piece.length} bytes`);
    }
  });

  it('are begun when their turn comes, and not before', async () => {
    const { made, notes } = textsOf([['a', 'b'], ['c'], ['d']]);
    const pieces = separated(made);
    await pieces.next();
    await pieces.next();
    expect(notes).toEqual(['0 begun']);
    await pieces.next();
    expect(notes).toEqual(['0 begun', '0 ended', '1 begun']);
    await pieces.return(undefined);
    expect(notes).toEqual(['0 begun', '0 ended', '1 begun', '1 ended']);
  });

  it('fail where one of them fails, and not before', async () => {
    const { made, notes } = textsOf([['a', 'b'], ['fault'], ['d']]);
    const taken: string[] = [];
    const take = async () => {
      for await (const piece of separated(made)) taken.push(piece.toString());
    };
    await expect(take()).rejects.toThrow('fault of 1');
    expect(taken).toEqual(['a', 'b']);
    expect(notes).toEqual(['0 begun', '0 ended', '1 begun', '1 ended']);
  });
});
