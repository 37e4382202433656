import fc from 'fast-check';
// Compared with the client that other programs use.

import kafkajs, { type PartitionMetadata } from 'kafkajs';
import { murmur2, partitionByFnv1a, partitionByMurmur2 } from './key-partition.js';

const choose = kafkajs.Partitioners.DefaultPartitioner();

function clientsChoice(key: Buffer, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 1,
  })) as unknown as PartitionMetadata[];
  return choose({ topic: 'topic', partitionMetadata, message: { key, value: null } });
}

/** Records with such keys are in logs in use: a change here would separate a timeline from its past. */
const KEYS = [
  '["BENCH","A000000",""]',
  '["1","агент",""]',
  '',
  'a',
  'ab',
  'abc',
  'abcd',
  '\u{1f600}',
  '\ud800',
  'log',
];

describe('the partition of a key on Kafka', () => {
  it('is the choice of the default partitioner for text of any length and any number of partitions', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.integer({ min: 1, max: 500 }),
        (text, partitions) => {
          expect(partitionByMurmur2(text, partitions)).toBe(clientsChoice(Buffer.from(text), partitions));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is the choice of the default partitioner for bytes of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 13 }), (bytes) => {
        const key = Buffer.from(bytes);
        expect(murmur2(key) % 500).toBe(clientsChoice(key, 500));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [2, [0, 1, 1, 0, 0, 1, 0, 1, 1, 0]],
    [12, [2, 3, 9, 4, 2, 3, 8, 9, 11, 10]],
    [500, [166, 271, 181, 24, 434, 107, 100, 117, 195, 390]],
  ])('never changes for keys that are already in topics of %i partitions', (partitions, expected) => {
    expect(KEYS.map((key) => partitionByMurmur2(key, partitions))).toEqual(expected);
  });
});

describe('the partition of a key in the embedded log', () => {
  it.each([
    [2, [0, 1, 1, 0, 0, 1, 1, 0, 1, 1]],
    [12, [10, 9, 1, 4, 6, 11, 1, 8, 11, 9]],
    [500, [466, 425, 261, 220, 446, 331, 33, 472, 67, 341]],
  ])('never changes for keys that are already in logs of %i partitions', (partitions, expected) => {
    expect(KEYS.map((key) => partitionByFnv1a(key, partitions))).toEqual(expected);
  });

  it('is one of the partitions, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 500 }), (text, partitions) => {
        const partition = partitionByFnv1a(text, partitions);
        expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
      }),
    );
  });
});
