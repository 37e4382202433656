import {
  offsetsOfGeneration,
  fixedLayout,
  generationOf,
  isMisplaced,
  virtualPartitionOf,
  virtualPartitions,
  type PartitionLayout,
} from './partition-layout.js';

/** Two partitions, then three, then five. */
const layout: PartitionLayout = {
  generations: [
    { partitions: 2, from: [] },
    { partitions: 3, from: [10, 20] },
    { partitions: 5, from: [15, 20, 7] },
  ],
};

describe('a layout of partitions', () => {
  it('assigns a record to the last generation that begins at or before it', () => {
    const of = (partition: number, offset: number) => generationOf(layout, { partition, offset });
    expect([of(0, 0), of(0, 9), of(0, 10), of(0, 14), of(0, 15)]).toEqual([0, 0, 1, 1, 2]);
    expect([of(1, 19), of(1, 20)]).toEqual([0, 2]);
    expect([of(2, 0), of(2, 6), of(2, 7), of(4, 0)]).toEqual([1, 1, 2, 2]);
    expect(of(5, 0)).toBe(-1);
  });

  it('numbers the partitions of all generations consecutively, later ones above earlier ones', () => {
    const of = (partition: number, offset: number) => virtualPartitionOf(layout, { partition, offset });
    expect([of(0, 9), of(1, 19), of(0, 10), of(2, 0), of(0, 15), of(4, 0)]).toEqual([0, 1, 2, 4, 5, 9]);
    expect(virtualPartitions(layout.generations)).toBe(10);
  });

  it('keeps the numbers of the partitions while there is only one generation', () => {
    expect(virtualPartitionOf(fixedLayout(12), { partition: 11, offset: 5 })).toBe(11);
  });

  it('splits the offsets of partitions between generations without overlap or gap', () => {
    const offsets = [0, 1, 2, 3, 4].map((partition) => ({ partition, begin: 3, end: 30 }));
    const cut = (index: number) =>
      offsetsOfGeneration(layout, index, offsets).map(({ begin, end }) => [begin, end]);
    expect(cut(0)).toEqual([
      [3, 10],
      [3, 20],
    ]);
    expect(cut(1)).toEqual([
      [10, 15],
      [20, 20],
      [3, 7],
    ]);
    expect(cut(2)).toEqual([
      [15, 30],
      [20, 30],
      [7, 30],
      [3, 30],
      [3, 30],
    ]);
  });

  it('finds misplaced records by the partitions of their own generation, and none in the first one', () => {
    const partitionOf = (key: string, partitions: number) => Number(key) % partitions;
    const is = (partition: number, offset: number, key?: string) =>
      isMisplaced(layout, { partition, offset, ...(key === undefined ? {} : { key }) }, partitionOf);
    expect([is(0, 9, '1'), is(0, 10, '3'), is(0, 14, '4'), is(0, 15, '3'), is(0, 15, '5')]).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
    expect(is(0, 15)).toBe(false);
  });
});
