import { foldLayout, type LayoutRecord } from './layout-record.js';

const record = (part: Partial<LayoutRecord>): LayoutRecord => ({
  v: 1,
  topic: 't',
  generation: 0,
  partitions: 2,
  run: '',
  ...part,
});
const first = record({ from: [] });
const announced = (run: string, partitions = 4) => record({ generation: 1, partitions, run });
const begun = (run: string, from: number[]) => record({ generation: 1, partitions: 4, run, from });

describe('the layout of a topic', () => {
  it('counts the earliest of several first generations', () => {
    const { generations } = foldLayout([first, record({ partitions: 9, from: [] })], 't');
    expect(generations).toEqual([{ partitions: 2, from: [] }]);
  });

  it('shows growth from its announcement until the generation begins', () => {
    expect(foldLayout([first, announced('a')], 't').growth).toEqual({
      generation: 1,
      partitions: 4,
      run: 'a',
    });
    expect(foldLayout([first, announced('a'), begun('a', [5, 6])], 't')).toEqual({
      generations: [
        { partitions: 2, from: [] },
        { partitions: 4, from: [5, 6] },
      ],
      growth: undefined,
    });
  });

  it('ignores a run after which another has announced itself, and one that comes too late', () => {
    const { generations, growth } = foldLayout(
      [first, announced('a'), announced('b'), begun('a', [1, 1])],
      't',
    );
    expect([generations.length, growth?.run]).toEqual([1, 'b']);
    const late = foldLayout(
      [first, announced('a'), begun('a', [5, 6]), announced('b'), begun('b', [9, 9])],
      't',
    );
    expect(late.generations.at(-1)!.from).toEqual([5, 6]);
    expect(late.growth).toBeUndefined();
  });

  it('ignores the records of other topics', () => {
    expect(foldLayout([first, { ...announced('a'), topic: 'u' }], 't').growth).toBeUndefined();
  });
});
