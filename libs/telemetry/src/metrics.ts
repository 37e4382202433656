import { statfsSync, type StatsFs } from 'node:fs';
import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type MetricObjectWithValues,
  type MetricValue,
} from 'prom-client';
import { serviceVersion } from './service-version.js';

/**
 * The catalogue of the service's metrics, with {@link createProcessMetrics}: name, type, labels and help of each are here
 * and nowhere else, and `docs/metrics.md` is held against what is served. Labels are bounded: no agent, contact or system is ever one.
 *
 * An event's way can be checked with these alone: what the receivers took is what the projectors stored, knew
 * already as repeats, or put aside as dead letters, plus the lag.
 */
export interface Metrics {
  readonly registry: Registry;
  /** Requests that carried an event, and lines of uploads: `outcome` is `accepted`, `dead_lettered`, `too_large` or `unavailable`. */
  readonly eventsReceived: Counter<'type' | 'outcome'>;
  readonly deadLetters: Counter<'reason'>;
  readonly logAppendSeconds: Histogram;
  readonly spoolEvents: Gauge;
  /** Records of the log that were projected, since the log began: `stored`, `repeat` or `dead_lettered`. */
  readonly eventsProjected: Counter<'type' | 'outcome'>;
  readonly projectionLagEvents: Gauge<'topic'>;
  readonly projectionLagSeconds: Gauge<'topic'>;
  readonly projectionBatchEvents: Histogram;
  readonly projectionRetries: Counter;
  /** 1 while a topic is not projected: a batch has failed for a minute, or store and log do not belong together. */
  readonly projectionBlocked: Gauge<'topic'>;
  /** Records that the store lacks of what it once had, or should long have; queries wait for them. */
  readonly projectionCatchUpEvents: Gauge<'topic'>;
  /** Records that lay where they did not belong after partitions were added, and were appended again instead of projected. */
  readonly recordsMoved: Counter<'type'>;
  readonly intervalsWritten: Counter<'ended_by'>;
  readonly anomalies: Counter<'kind'>;
  readonly querySeconds: Histogram<'method' | 'status'>;
  readonly activeAgents: Gauge;
  readonly unaccountedEvents: Gauge;
  readonly unreconciledSystems: Gauge;
  readonly silentSystems: Gauge;
  readonly unmappedAgents: Gauge;
  readonly retentionHeld: Gauge;
  /** What the latest sample of the store had other than its events say; not a number before the first. */
  readonly auditDifferences: Gauge;
  readonly auditLastSuccess: Gauge;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    eventsReceived: new Counter({
      name: 'wfm_events_received_total',
      help: 'Requests that carried an event, and lines of uploads, by its type and what became of it',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    deadLetters: new Counter({
      name: 'wfm_dead_letters_total',
      help: 'Requests and records that were put aside as dead letters, by reason',
      labelNames: ['reason'],
      registers,
    }),
    logAppendSeconds: new Histogram({
      name: 'wfm_log_append_seconds',
      help: 'Time from an append to the event log until it was durable',
      // A commit takes some 1 ms; a cluster that has not answered after 5 s is given up, and the spool takes the record.
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    spoolEvents: new Gauge({
      name: 'wfm_spool_events',
      help: 'Events that wait in the local spool because the event log cannot be reached',
      registers,
    }),
    eventsProjected: new Counter({
      name: 'wfm_events_projected_total',
      help: 'Records of the event log that were projected since it began, by type and outcome',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    projectionLagEvents: new Gauge({
      name: 'wfm_projection_lag_events',
      help: 'Records of the event log that are not yet in the store',
      labelNames: ['topic'],
      registers,
    }),
    projectionLagSeconds: new Gauge({
      name: 'wfm_projection_lag_seconds',
      help: 'Age of the oldest record that is not yet in the store',
      labelNames: ['topic'],
      registers,
    }),
    projectionBatchEvents: new Histogram({
      name: 'wfm_projection_batch_events',
      help: 'Records in a batch of the projector',
      // Up to the largest batch of events; at 15 000 events/s, what gathers between two batches is some 6 000.
      buckets: [1, 10, 100, 500, 1000, 2500, 5000, 10_000, 16_000],
      registers,
    }),
    recordsMoved: new Counter({
      name: 'wfm_records_moved_total',
      help: 'Records that were appended again to the partition where they belong since partitions were added',
      labelNames: ['type'],
      registers,
    }),
    projectionBlocked: new Gauge({
      name: 'wfm_projection_blocked',
      help: 'Whether a topic is not projected: a batch has failed for a minute, or store and log do not belong together',
      labelNames: ['topic'],
      registers,
    }),
    projectionCatchUpEvents: new Gauge({
      name: 'wfm_projection_catch_up_events',
      help: 'Records that the store lacks of what it once had or should long have; queries are refused until it has them',
      labelNames: ['topic'],
      registers,
    }),
    projectionRetries: new Counter({
      name: 'wfm_projection_retries_total',
      help: 'Batches that had to be projected again because the store or the log failed',
      registers,
    }),
    intervalsWritten: new Counter({
      name: 'wfm_intervals_written_total',
      help: 'Rows of state intervals that were written, corrections included, by how their end is known',
      labelNames: ['ended_by'],
      registers,
    }),
    anomalies: new Counter({
      name: 'wfm_anomalies_total',
      help: 'Defects found in accepted data, by kind; a late event can explain one away afterwards',
      labelNames: ['kind'],
      registers,
    }),
    querySeconds: new Histogram({
      name: 'wfm_query_seconds',
      help: 'Time to answer a query, to its last byte',
      labelNames: ['method', 'status'],
      // From one agent's day to a month of all groups, which takes some 3 s.
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    activeAgents: new Gauge({
      name: 'wfm_active_agents',
      help: 'Agents who are in a state that is not an offline one',
      registers,
    }),
    unaccountedEvents: new Gauge({
      name: 'wfm_unaccounted_events',
      help: 'Events and dead letters that receivers know to be in the log and that no projector has met, of all systems',
      registers,
    }),
    unreconciledSystems: new Gauge({
      name: 'wfm_unreconciled_systems',
      help: 'Systems of which events or dead letters are unaccounted for',
      registers,
    }),
    silentSystems: new Gauge({
      name: 'wfm_silent_systems',
      help: 'Systems that usually send something at this time of the week and have sent nothing for a quarter of an hour',
      registers,
    }),
    unmappedAgents: new Gauge({
      name: 'wfm_unmapped_agents',
      help: 'Agents at work in the last day whom the directory of their system does not know',
      registers,
    }),
    retentionHeld: new Gauge({
      name: 'wfm_retention_held',
      help: '1 while the retention waits for a confirmation before it removes anything, 0 otherwise',
      registers,
    }),
    auditDifferences: new Gauge({
      name: 'wfm_audit_differences',
      help: 'Rows in which the store differed from its raw events in the latest sample that was compared',
      registers,
    }),
    auditLastSuccess: new Gauge({
      name: 'wfm_audit_last_success_timestamp_seconds',
      help: 'When a sample of the store was last compared to its end, whatever it found; 0 if never',
      registers,
    }),
  };
}

/** The metrics of one thread as plain data, which can be sent to another. */
export type MetricsSnapshot = readonly MetricObjectWithValues<MetricValue<string>>[];

export function snapshotOf(metrics: Metrics): Promise<MetricsSnapshot> {
  return metrics.registry.getMetricsAsJSON();
}

/** What a scrape is answered with. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/**
 * The metrics of this process and of Node's event loop, and what the process is.
 *
 * @param dataDirectory what the process keeps is here: how full its disk is, is told too.
 */
export function createProcessMetrics(dataDirectory?: string): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'wfm_build_info',
    help: 'Always 1; its labels tell the version of the service and of Node',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: serviceVersion(), node: process.version }, 1);
  if (dataDirectory !== undefined) registerDiskMetrics(dataDirectory, registers);
  return registry;
}

function registerDiskMetrics(directory: string, registers: Registry[]): void {
  new Gauge({
    name: 'wfm_data_free_bytes',
    help: 'Bytes of the file system of DATA_DIR that the service may still write',
    registers,
    collect() {
      setIfKnown(this, directory, ({ bavail, bsize }) => bavail * bsize);
    },
  });
  new Gauge({
    name: 'wfm_data_used_bytes',
    help: 'Bytes of the file system of DATA_DIR that are taken, by whatever',
    registers,
    collect() {
      setIfKnown(this, directory, ({ blocks, bfree, bsize }) => (blocks - bfree) * bsize);
    },
  });
}

/** A disk that cannot be asked must not hide the other metrics, nor look like one that is empty or full. */
function setIfKnown(gauge: Gauge, directory: string, of: (stats: StatsFs) => number): void {
  gauge.remove();
  try {
    gauge.set(of(statfsSync(directory)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/** The metrics of the process and, added up, those of its threads. */
export async function expose(process: Registry, threads: readonly MetricsSnapshot[]): Promise<Exposition> {
  const sum = AggregatorRegistry.aggregate(threads.map((snapshot) => [...snapshot]));
  const text = `${await process.metrics()}\n${await sum.metrics()}`;
  return { contentType: process.contentType, text };
}
