import type { TopicName } from '../topics.js';

const OFFSET_HIGH = 2 ** 32;

/** The key of a batch: keys sort by partition, then by the offset of the batch's first record. */
export function batchKey(partition: number, baseOffset: number): Buffer {
  const key = Buffer.allocUnsafe(10);
  key.writeUInt16BE(partition, 0);
  key.writeUInt32BE(Math.floor(baseOffset / OFFSET_HIGH), 2);
  key.writeUInt32BE(baseOffset % OFFSET_HIGH, 6);
  return key;
}

export function baseOffsetOf(key: Buffer): number {
  return key.readUInt32BE(2) * OFFSET_HIGH + key.readUInt32BE(6);
}

/** The name of a partition, under which the offset behind its last record is kept. */
export function endKey(topic: TopicName, partition: number): string {
  return `${topic}/${partition}`;
}
