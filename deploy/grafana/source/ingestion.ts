import { graph, heatmap, quantiles, rate, stat } from './panels.js';
import type { Room } from './room.js';

/** Do events arrive, and are they kept? */
export const INGESTION: Room = {
  uid: 'statusledger-ingestion',
  title: 'StatusLedger / Ingestion',
  description: 'Do events arrive, are they acknowledged quickly, and are any rejected?',
  rows: [
    {
      title: 'At a glance',
      panels: [
        stat(
          {
            title: 'Received',
            description: 'Requests that carried an event and lines of uploads, whatever became of them.',
            unit: 'eps',
          },
          rate('wfm_events_received_total'),
        ),
        stat(
          {
            title: 'Dead letters',
            description: 'Share of the events of the last quarter of an hour that were rejected.',
            unit: 'percentunit',
            warn: 0.01,
            alarm: 0.05,
          },
          'wfm:dead_letters:ratio15m',
        ),
        stat(
          {
            title: 'Refused for lack of a log',
            description: 'Events answered 503 in the last hour because nothing durable could be written.',
            unit: 'short',
            warn: 1,
            alarm: 1,
          },
          'sum(increase(wfm_events_received_total{outcome="unavailable"}[1h])) or vector(0)',
        ),
        stat(
          {
            title: 'Waiting in spools',
            description: 'Events that receivers keep on their disks because Kafka cannot be reached.',
            unit: 'short',
            warn: 1,
            alarm: 100_000,
          },
          'sum(wfm_spool_events)',
        ),
        stat(
          {
            title: 'Silent systems',
            description:
              'Systems that usually send at this hour of the week, and do not. `/ops/systems` lists them.',
            unit: 'short',
            warn: 1,
            alarm: 1,
          },
          'max(wfm_silent_systems)',
        ),
        stat(
          {
            title: 'Unmapped agents',
            description: 'Agents with events who are in no directory. `/ops/systems` has examples.',
            unit: 'short',
            warn: 1,
          },
          'max(wfm_unmapped_agents)',
        ),
      ],
    },
    {
      title: 'What arrives',
      panels: [
        graph(
          { title: 'Received by type', description: 'Events from senders, by type.', unit: 'eps' },
          { '{{type}}': rate('wfm_events_received_total', 'type') },
        ),
        graph(
          {
            title: 'Received by outcome',
            description: 'Anything but `accepted` is worth a look: `/ops/dead-letters` shows each one.',
            unit: 'eps',
          },
          { '{{outcome}}': rate('wfm_events_received_total', 'outcome') },
        ),
        graph(
          {
            title: 'Dead letters by reason',
            description:
              'Why requests and records were rejected: docs/dead-letters.md explains every reason.',
            unit: 'eps',
          },
          { '{{reason}}': rate('wfm_dead_letters_total', 'reason') },
        ),
      ],
    },
    {
      title: 'Acknowledging',
      panels: [
        graph(
          {
            title: 'Time until durable',
            description:
              'From an append to the log until it is durable: most of the time that a sender waits.',
            unit: 's',
            warn: 0.1,
            alarm: 0.5,
          },
          quantiles('wfm_log_append_seconds'),
        ),
        heatmap(
          {
            title: 'Time until durable, all appends',
            description: 'Two bands mean two causes, such as a slow disk beside a fast one.',
            unit: 's',
          },
          'wfm_log_append_seconds',
        ),
        graph(
          {
            title: 'Spools and disks',
            description: 'Free share of the disk of DATA_DIR. The last 16 MiB are never used.',
            unit: 'percentunit',
          },
          {
            '{{instance}} free': 'wfm_data_free_bytes / (wfm_data_free_bytes + wfm_data_used_bytes)',
          },
        ),
      ],
    },
    {
      title: 'Processes',
      panels: [
        graph(
          {
            title: 'Processor',
            description: 'Seconds of processor time per second, by process.',
            unit: 'short',
          },
          { '{{instance}}': 'rate(process_cpu_seconds_total[$__rate_interval])' },
        ),
        graph(
          { title: 'Memory', description: 'Resident memory by process.', unit: 'bytes' },
          { '{{instance}}': 'process_resident_memory_bytes' },
        ),
        graph(
          {
            title: 'Event loop delay (p99)',
            description: 'How long everything else in a process waits: above 0.1 s answers are late.',
            unit: 's',
            warn: 0.1,
            alarm: 0.5,
          },
          { '{{instance}}': 'nodejs_eventloop_lag_p99_seconds' },
        ),
      ],
    },
  ],
};
