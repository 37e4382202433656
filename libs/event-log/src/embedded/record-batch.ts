import type { StoredRecord } from '../event-log.js';

/**
 * The records that one commit appends to one partition, as one LMDB value: fewer and larger values make both
 * the commit and the scan several times cheaper than a value for each record.
 *
 * Layout (little endian): append time as float64, number of records as uint32, the byte length of each record
 * as uint32, then the records' UTF-8 bytes.
 */
const HEADER_BYTES = 12;

export function encodeBatch(values: readonly string[], appendedAt: number): Buffer {
  const lengths = values.map((value) => Buffer.byteLength(value));
  const index = HEADER_BYTES + 4 * values.length;
  const batch = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, index));
  batch.writeDoubleLE(appendedAt, 0);
  batch.writeUInt32LE(values.length, 8);
  let position = index;
  for (let i = 0; i < values.length; i++) {
    batch.writeUInt32LE(lengths[i]!, HEADER_BYTES + 4 * i);
    position += batch.write(values[i]!, position);
  }
  return batch;
}

export function batchAppendedAt(batch: Buffer): number {
  return batch.readDoubleLE(0);
}

export function batchSize(batch: Buffer): number {
  return batch.readUInt32LE(8);
}

/** Decodes the records of a batch from offset `from` on, at most `limit` of them, onto the end of `into`. */
export function decodeBatch(
  into: StoredRecord[],
  batch: Buffer,
  {
    partition,
    baseOffset,
    from,
    limit,
  }: { partition: number; baseOffset: number; from: number; limit: number },
): void {
  const appendedAt = batchAppendedAt(batch);
  const size = batchSize(batch);
  let position = HEADER_BYTES + 4 * size;
  for (let i = 0; i < size && limit > 0; i++) {
    const length = batch.readUInt32LE(HEADER_BYTES + 4 * i);
    const offset = baseOffset + i;
    if (offset >= from) {
      into.push({
        partition,
        offset,
        appendedAt,
        value: batch.toString('utf8', position, position + length),
      });
      limit--;
    }
    position += length;
  }
}
