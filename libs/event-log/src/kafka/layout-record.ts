import type { PartitionGeneration, PartitionLayout } from '../partitions/partition-layout.js';

/**
 * A record of the topic of layouts. Without `from` it announces that a run is about to add partitions; with `from` it
 * begins the new generation. The first generation of a topic is not announced.
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

/** The record that identifies the log. If there are several, the first counts. Readers of layouts skip it. */
export interface MarkerRecord {
  readonly v: 1;
  /** From {@link newLogIdentity}. */
  readonly log: string;
}

export function isMarker(record: LayoutRecord | MarkerRecord): record is MarkerRecord {
  return 'log' in record;
}

/**
 * The layout of a topic, from the records in log order. A writer may have been overtaken, so a generation counts only
 * if it is the next one and, except for the first, belongs to the run that announced itself last. So all readers agree,
 * one of several concurrent runs wins, and so does the earliest of several first generations.
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
