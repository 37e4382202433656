import type { NewRecord, RecordHeaders, StoredRecord } from '../log-record.js';

/**
 * The records that one commit appends to one partition, as one LMDB value. Fewer and larger values make commits and
 * scans several times cheaper than one value per record.
 *
 * Layout (little endian): append time as float64, number of records as uint32, the byte length of each record
 * as uint32, then the records' UTF-8 bytes. If any record has headers, JSON text follows: a list of {@link HeaderRun}.
 * The seal comes last, see `batch-seal.ts`; this module handles batches without it.
 */
const HEADER_BYTES = 12;

/** The records with `from <= index < to` share these headers, as the records of one append often do. */
type HeaderRun = [from: number, to: number, headers: RecordHeaders];

type BatchRecord = Pick<NewRecord, 'value' | 'headers'>;

/** @param tailBytes bytes to leave free at the end. */
export function encodeBatch(records: readonly BatchRecord[], appendedAt: number, tailBytes = 0): Buffer {
  const lengths = records.map(({ value }) => Buffer.byteLength(value));
  const index = HEADER_BYTES + 4 * records.length;
  const headers = encodeHeaders(records);
  const end = lengths.reduce((sum, length) => sum + length, index);
  const batch = Buffer.allocUnsafe(end + Buffer.byteLength(headers) + tailBytes);
  batch.writeDoubleLE(appendedAt, 0);
  batch.writeUInt32LE(records.length, 8);
  let position = index;
  for (let i = 0; i < records.length; i++) {
    batch.writeUInt32LE(lengths[i]!, HEADER_BYTES + 4 * i);
    position += batch.write(records[i]!.value, position);
  }
  batch.write(headers, position);
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
  const headers = decodeHeaders(batch, size);
  let position = HEADER_BYTES + 4 * size;
  for (let i = 0; i < size && limit > 0; i++) {
    const length = batch.readUInt32LE(HEADER_BYTES + 4 * i);
    const offset = baseOffset + i;
    if (offset >= from) {
      const record = {
        partition,
        offset,
        appendedAt,
        value: batch.toString('utf8', position, position + length),
      };
      const ofRecord = headers?.[i];
      into.push(ofRecord === undefined ? record : { ...record, headers: ofRecord });
      limit--;
    }
    position += length;
  }
}

function encodeHeaders(records: readonly BatchRecord[]): string {
  const runs: HeaderRun[] = [];
  for (let i = 0; i < records.length; i++) {
    const { headers } = records[i]!;
    if (headers === undefined) continue;
    const last = runs.at(-1);
    if (last?.[1] === i && last[2] === headers) last[1] = i + 1;
    else runs.push([i, i + 1, headers]);
  }
  return runs.length === 0 ? '' : JSON.stringify(runs);
}

/** @returns the headers by record index, or `undefined` if no record has any. */
function decodeHeaders(batch: Buffer, size: number): (RecordHeaders | undefined)[] | undefined {
  let end = HEADER_BYTES + 4 * size;
  for (let i = 0; i < size; i++) end += batch.readUInt32LE(HEADER_BYTES + 4 * i);
  if (end === batch.length) return undefined;
  const byIndex = new Array<RecordHeaders | undefined>(size);
  const runs = JSON.parse(batch.toString('utf8', end)) as HeaderRun[];
  for (const [from, to, headers] of runs) byIndex.fill(headers, from, to);
  return byIndex;
}
