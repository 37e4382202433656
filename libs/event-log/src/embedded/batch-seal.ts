import { crc32 } from 'node:zlib';
import type { TopicName } from '../topics.js';

/**
 * The last bytes of a batch: a mark, then the CRC-32 of where the batch belongs and of all bytes before the sum. Batches of
 * earlier versions have no seal. They end with text, and the mark begins with a byte that is never part of UTF-8, so
 * neither can be taken for the other.
 */
export const SEAL_BYTES = 8;
const MARK = 0x4c_41_45_ff;

/** Where a batch belongs: a batch that is whole and in the wrong place is damage too. */
export interface BatchPlace {
  readonly topic: TopicName;
  readonly partition: number;
  readonly baseOffset: number;
}

/** Writes the seal into the last {@link SEAL_BYTES} of the batch, which are kept free for it. */
export function sealBatch(batch: Buffer, place: BatchPlace): Buffer {
  const at = batch.length - SEAL_BYTES;
  batch.writeUInt32LE(MARK, at);
  batch.writeUInt32LE(sumOf(batch, place), at + 4);
  return batch;
}

/**
 * The batch without its seal.
 *
 * @param mustBeSealed whether a batch without a seal is damage; batches of earlier versions have none.
 * @returns what is wrong, if it is not the batch that was written.
 */
export function openSealed(
  batch: Buffer,
  place: BatchPlace,
  mustBeSealed: boolean,
): { readonly body: Buffer } | { readonly fault: string } {
  const at = batch.length - SEAL_BYTES;
  const isSealed = at >= 0 && batch.readUInt32LE(at) === MARK;
  if (!isSealed) return mustBeSealed ? { fault: 'a batch has no checksum' } : { body: batch };
  const sum = batch.readUInt32LE(at + 4);
  if (sum !== sumOf(batch, place)) return { fault: 'the checksum of a batch does not match its records' };
  return { body: batch.subarray(0, at) };
}

function sumOf(batch: Buffer, { topic, partition, baseOffset }: BatchPlace): number {
  return crc32(batch.subarray(0, batch.length - 4), crc32(`${topic}/${partition}/${baseOffset}`));
}
