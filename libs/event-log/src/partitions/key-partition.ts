/**
 * Chooses the partition of a key among `partitions`. The same key and number always give the same partition: timelines
 * and contacts rely on finding all their records in one place.
 *
 * There are two functions, because both adapters have logs in use whose records cannot move:
 *
 * - {@link partitionByMurmur2} for Kafka. Any client's default partitioner makes the same choice, so records that other
 *   producers append, or that a consumer in another language looks up, have the same place.
 * - {@link partitionByFnv1a} for the embedded log, which only this service writes. It hashes the text as it is in
 *   memory, with neither an encoding step nor an allocation for each record.
 *
 * A log never mixes them, so they need not agree with each other. `key-partition.spec.ts` pins both to golden values.
 */
export type Partitioner = (key: string, partitions: number) => number;

const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over UTF-16 units. See {@link Partitioner}. */
export function partitionByFnv1a(key: string, partitions: number): number {
  let hash = FNV_OFFSET_BASIS;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), FNV_PRIME);
  return (hash >>> 0) % partitions;
}

/** Kafka's murmur2 over UTF-8 bytes. See {@link Partitioner}. */
export function partitionByMurmur2(key: string, partitions: number): number {
  return murmur2(Buffer.from(key)) % partitions;
}

const MURMUR2_SEED = 0x9747b28c;
const MURMUR2_MULTIPLIER = 0x5bd1e995;

/**
 * The hash of Kafka's default partitioner, without its sign: its remainder by the number of partitions is the
 * partition.
 */
export function murmur2(bytes: Buffer): number {
  const whole = bytes.length - (bytes.length % 4);
  let hash = MURMUR2_SEED ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    const word = Math.imul(bytes.readInt32LE(at), MURMUR2_MULTIPLIER);
    hash = Math.imul(hash, MURMUR2_MULTIPLIER) ^ Math.imul(word ^ (word >>> 24), MURMUR2_MULTIPLIER);
  }
  if (whole < bytes.length) {
    for (let at = bytes.length - 1; at >= whole; at--) hash ^= bytes[at]! << (8 * (at - whole));
    hash = Math.imul(hash, MURMUR2_MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MURMUR2_MULTIPLIER);
  return (hash ^ (hash >>> 15)) & 0x7fffffff;
}
