import type { PartitionGeneration, PartitionLayout } from '../partition-layout.js';

/**
 * One line of the log of layouts. Without `from` it announces that a run is about to add partitions; with it, it is the new
 * generation. The first generation of a topic is not announced.
 */
export interface LayoutRecord {
  readonly v: 1;
  readonly topic: string;
  /** The index of the generation that is announced or begun. */
  readonly generation: number;
  readonly partitions: number;
  readonly run: string;
  readonly from?: readonly number[];
}

/** The line that says which log this is; of several, the first counts. Readers of layouts pass over it. */
export interface MarkerRecord {
  readonly v: 1;
  /** As {@link newLogIdentity} makes it. */
  readonly log: string;
}

export function isMarker(record: LayoutRecord | MarkerRecord): record is MarkerRecord {
  return 'log' in record;
}

/**
 * What the records of a topic say, in the order of the log. Whoever writes one may have been overtaken: a generation counts
 * only if it is the next one and, behind the first, of the run that announced itself last. So all readers agree, of runs at
 * the same time one wins, and of several first generations the earliest.
 */
export function foldLayout(records: readonly LayoutRecord[], topic: string): PartitionLayout {
  const generations: PartitionGeneration[] = [];
  let growth: PartitionLayout['growth'];
  for (const record of records) {
    const { generation, partitions, run, from } = record;
    if (record.topic !== topic || generation !== generations.length) continue;
    if (from === undefined) {
      growth = { generation, partitions, run };
    } else if (generation === 0 || run === growth?.run) {
      generations.push({ partitions, from });
      growth = undefined;
    }
  }
  return { generations, growth };
}
