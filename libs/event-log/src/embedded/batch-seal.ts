import { crc32 } from 'node:zlib';
import type { TopicName } from '../topics.js';

/**
 * The seal is the last bytes of a batch: a mark, then the CRC-32 of the batch's place and of all bytes before the sum.
 * Batches of earlier versions have no seal. They end with text, and the mark starts with a byte that never occurs in
 * UTF-8, so the two cannot be confused.
 */
export const SEAL_BYTES = 8;
const MARK = 0x4c_41_45_ff;

/** Where a batch belongs. An intact batch in the wrong place is damage, too. */
export interface BatchPlace {
  readonly topic: TopicName;
  readonly partition: number;
  readonly baseOffset: number;
}

/** Writes the seal into the last {@link SEAL_BYTES} of the batch, which the encoder left free. */
export function sealBatch(batch: Buffer, place: BatchPlace): Buffer {
  const at = batch.length - SEAL_BYTES;
  batch.writeUInt32LE(MARK, at);
  batch.writeUInt32LE(sumOf(batch, place), at + 4);
  return batch;
}

/**
 * The batch without its seal.
 *
 * @param mustBeSealed whether a missing seal is damage. Earlier versions wrote batches without one.
 * @returns the fault, if these are not the bytes that were written.
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
