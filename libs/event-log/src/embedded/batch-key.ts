import type { TopicName } from '../topics.js';

const OFFSET_HIGH = 2 ** 32;

/** The key of a batch in its table. Keys sort by partition, then by the offset of the batch's first record. */
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

/** The key under which the offset after a partition's last record is stored. */
export function endKey(topic: TopicName, partition: number): string {
  return `${topic}/${partition}`;
}
