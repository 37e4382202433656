import { fixedLayout, type PartitionLayout } from '#event-log';
import { MAX_VIRTUAL_PARTITIONS, positionOf, virtualPartitionOfPosition } from './position.js';

const layout: PartitionLayout = {
  generations: [
    { partitions: 2, from: [] },
    { partitions: 5, from: [1_000, 3] },
  ],
};

describe('positions in the log', () => {
  it('stay the same for earlier records when partitions are added', () => {
    for (const record of [
      { partition: 0, offset: 999 },
      { partition: 1, offset: 2 },
    ]) {
      expect(positionOf(record, layout)).toBe(positionOf(record, fixedLayout(2)));
    }
  });

  it('are greater than all earlier ones once partitions are added, wherever a timeline moves', () => {
    const before = [
      { partition: 0, offset: 999 },
      { partition: 1, offset: 2 },
    ];
    const after = [0, 1, 2, 3, 4].map((partition) => ({
      partition,
      offset: [1_000, 3, 0, 0, 0][partition]!,
    }));
    const highest = Math.max(...before.map((record) => positionOf(record, layout)));
    for (const record of after) expect(positionOf(record, layout)).toBeGreaterThan(highest);
    expect(virtualPartitionOfPosition(positionOf(after[4]!, layout))).toBe(6);
  });

  it('are exact integers up to the last offset of the last of 512 partitions', () => {
    expect(MAX_VIRTUAL_PARTITIONS).toBe(512);
    const last = { partition: MAX_VIRTUAL_PARTITIONS - 1, offset: 2 ** 44 - 1 };
    expect(positionOf(last, fixedLayout(MAX_VIRTUAL_PARTITIONS))).toBe(Number.MAX_SAFE_INTEGER);
  });
});
