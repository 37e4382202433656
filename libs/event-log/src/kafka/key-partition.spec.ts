import fc from 'fast-check';
// The client whose choices these have to be.

import kafkajs, { type PartitionMetadata } from 'kafkajs';
import { keyPartition } from './key-partition.js';

const ofTheClient = kafkajs.Partitioners.DefaultPartitioner();

function clientsChoice(key: Buffer, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 1,
  })) as unknown as PartitionMetadata[];
  return ofTheClient({ topic: 'topic', partitionMetadata, message: { key, value: null } });
}

describe('the partition of a key', () => {
  it('is the one that the client chooses, for text of any length and any number of partitions', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.integer({ min: 1, max: 500 }),
        (text, partitions) => {
          const key = Buffer.from(text);
          expect(keyPartition(key, partitions)).toBe(clientsChoice(key, partitions));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is the one that the client chooses, for bytes of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 13 }), (bytes) => {
        const key = Buffer.from(bytes);
        expect(keyPartition(key, 500)).toBe(clientsChoice(key, 500));
      }),
      { numRuns: 2_000 },
    );
  });

  it('stays what it was for keys that are in logs already', () => {
    const keys = ['["BENCH","A000000",""]', '["1","агент",""]', '', 'a', 'ab', 'abc', 'abcd'];
    expect(keys.map((key) => keyPartition(Buffer.from(key), 500))).toEqual(KNOWN_PARTITIONS);
  });
});

const KNOWN_PARTITIONS = [166, 271, 181, 24, 434, 107, 100];
