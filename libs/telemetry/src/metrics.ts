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
 * The catalogue of the service's metrics, together with {@link createProcessMetrics}: the name, type, labels and help of each
 * are defined only here, and a test compares `docs/metrics.md` with what is served. Labels are bounded: no agent, contact or
 * system is ever one.
 *
 * These metrics alone account for every event: what the receivers took is what the projectors stored, recognised as repeats
 * or set aside as dead letters, plus the lag.
 */
export interface Metrics {
  readonly registry: Registry;
  /** Requests that carried an event, and lines of uploads. `outcome` is `accepted`, `dead_lettered`, `too_large` or `unavailable`. */
  readonly eventsReceived: Counter<'type' | 'outcome'>;
  readonly deadLetters: Counter<'reason'>;
  readonly logAppendSeconds: Histogram;
  readonly spoolEvents: Gauge;
  /** Records projected since the log began. `outcome` is `stored`, `repeat` or `dead_lettered`. */
  readonly eventsProjected: Counter<'type' | 'outcome'>;
  readonly projectionLagEvents: Gauge<'topic'>;
  readonly projectionLagSeconds: Gauge<'topic'>;
  readonly projectionBatchEvents: Histogram;
  readonly projectionRetries: Counter;
  /** 1 while a topic is not projected: a batch has failed for a minute, or store and log do not belong together. */
  readonly projectionBlocked: Gauge<'topic'>;
  /** Records that the store once had, or should long have, and lacks; queries wait for them. */
  readonly projectionCatchUpEvents: Gauge<'topic'>;
  /** Records in the wrong partition since partitions were added; they were appended to the right one, not projected. */
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
  /** Rows that differ from the raw events in the latest sample of the store; not a number before the first sample. */
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
      help: 'Requests that carried an event, and lines of uploads, by type and outcome',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    deadLetters: new Counter({
      name: 'wfm_dead_letters_total',
      help: 'Requests and records that became dead letters, by reason',
      labelNames: ['reason'],
      registers,
    }),
    logAppendSeconds: new Histogram({
      name: 'wfm_log_append_seconds',
      help: 'Time until an append to the event log is durable',
      // A commit takes about 1 ms. If a cluster has not answered after 5 s, the spool takes the record.
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    spoolEvents: new Gauge({
      name: 'wfm_spool_events',
      help: 'Events waiting in the local spool because the event log cannot be reached',
      registers,
    }),
    eventsProjected: new Counter({
      name: 'wfm_events_projected_total',
      help: 'Records projected since the event log began, by type and outcome',
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
      // Up to the largest batch of events. At 15 000 events/s, about 6 000 gather between two batches.
      buckets: [1, 10, 100, 500, 1000, 2500, 5000, 10_000, 16_000],
      registers,
    }),
    recordsMoved: new Counter({
      name: 'wfm_records_moved_total',
      help: 'Records moved to the partition where they belong since partitions were added',
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
      help: 'Records that the store once had or should long have, and lacks; queries are refused until it has them',
      labelNames: ['topic'],
      registers,
    }),
    projectionRetries: new Counter({
      name: 'wfm_projection_retries_total',
      help: 'Batches retried because the store or the log failed',
      registers,
    }),
    intervalsWritten: new Counter({
      name: 'wfm_intervals_written_total',
      help: 'Rows of state intervals written, including corrections, by how their end is known',
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
      help: 'Time to answer a query, up to its last byte',
      labelNames: ['method', 'status'],
      // From one agent's day to a month of all groups, which takes about 3 s.
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    activeAgents: new Gauge({
      name: 'wfm_active_agents',
      help: 'Agents in a state other than an offline one',
      registers,
    }),
    unaccountedEvents: new Gauge({
      name: 'wfm_unaccounted_events',
      help: 'Events and dead letters of all systems that receivers know to be in the log and no projector has found there',
      registers,
    }),
    unreconciledSystems: new Gauge({
      name: 'wfm_unreconciled_systems',
      help: 'Systems with unaccounted events or dead letters',
      registers,
    }),
    silentSystems: new Gauge({
      name: 'wfm_silent_systems',
      help: 'Systems that usually send something at this time of the week and have sent nothing for a quarter of an hour',
      registers,
    }),
    unmappedAgents: new Gauge({
      name: 'wfm_unmapped_agents',
      help: 'Agents at work in the last day who are missing from the directory of their system',
      registers,
    }),
    retentionHeld: new Gauge({
      name: 'wfm_retention_held',
      help: '1 while the retention waits for confirmation before it removes anything, 0 otherwise',
      registers,
    }),
    auditDifferences: new Gauge({
      name: 'wfm_audit_differences',
      help: 'Rows in which the store differs from its raw events, in the latest sample compared',
      registers,
    }),
    auditLastSuccess: new Gauge({
      name: 'wfm_audit_last_success_timestamp_seconds',
      help: 'When the comparison of a sample of the store was last completed, whatever it found; 0 if never',
      registers,
    }),
  };
}

/** The metrics of one thread as plain data, to send to another thread. */
export type MetricsSnapshot = readonly MetricObjectWithValues<MetricValue<string>>[];

export function snapshotOf(metrics: Metrics): Promise<MetricsSnapshot> {
  return metrics.registry.getMetricsAsJSON();
}

/** The answer to a scrape. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/**
 * The metrics of this process and of Node's event loop, and the versions of both.
 *
 * @param dataDirectory where the process keeps data; if given, the metrics include how full its disk is.
 */
export function createProcessMetrics(dataDirectory?: string): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'wfm_build_info',
    help: 'Always 1; the labels are the versions of the service and of Node',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: serviceVersion(), node: process.version }, 1);
  if (dataDirectory !== undefined) registerDiskMetrics(dataDirectory, registers);
  return registry;
}

function registerDiskMetrics(directory: string, registers: Registry[]): void {
  new Gauge({
    name: 'wfm_data_free_bytes',
    help: 'Bytes free for the service on the file system of DATA_DIR',
    registers,
    collect() {
      setIfKnown(this, directory, ({ bavail, bsize }) => bavail * bsize);
    },
  });
  new Gauge({
    name: 'wfm_data_used_bytes',
    help: 'Bytes used on the file system of DATA_DIR, by anything',
    registers,
    collect() {
      setIfKnown(this, directory, ({ blocks, bfree, bsize }) => (blocks - bfree) * bsize);
    },
  });
}

/** A disk that cannot be queried must neither hide the other metrics nor look empty or full. */
function setIfKnown(gauge: Gauge, directory: string, of: (stats: StatsFs) => number): void {
  gauge.remove();
  try {
    gauge.set(of(statfsSync(directory)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/** The metrics of the process, and the sums of those of its threads. */
export async function expose(process: Registry, threads: readonly MetricsSnapshot[]): Promise<Exposition> {
  const sum = AggregatorRegistry.aggregate(threads.map((snapshot) => [...snapshot]));
  const text = `${await process.metrics()}\n${await sum.metrics()}`;
  return { contentType: process.contentType, text };
}
