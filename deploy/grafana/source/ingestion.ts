import { graph, heatmap, quantiles, rate, stat } from './panels.js';
import type { Room } from './room.js';

/** For whoever asks: do events arrive, and are they kept? */
export const INGESTION: Room = {
  uid: 'statusledger-ingestion',
  title: 'StatusLedger / Ingestion',
  description: 'Do events arrive, are they acknowledged quickly, and is any of them not accepted?',
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
            description:
              'Share of what was received in the last quarter of an hour that could not be accepted.',
            unit: 'percentunit',
            warn: 0.01,
            alarm: 0.05,
          },
          'wfm:dead_letters:ratio15m',
        ),
        stat(
          {
            title: 'Refused for lack of a log',
            description:
              'Answers 503 in the last hour: nothing durable could be written, and the sender was told.',
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
              'Systems that as a rule send at this hour of the week, and do not. `/ops/systems` names them.',
            unit: 'short',
            warn: 1,
            alarm: 1,
          },
          'max(wfm_silent_systems)',
        ),
        stat(
          {
            title: 'Unmapped agents',
            description: 'Agents with events whom no directory knows. `/ops/systems` has examples.',
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
          { title: 'Received by type', description: 'What senders send.', unit: 'eps' },
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
            description: 'Why requests and records were not accepted: docs/dead-letters.md has every reason.',
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
              'From an append to the log until it is kept: the larger part of what a sender waits for.',
            unit: 's',
            warn: 0.1,
            alarm: 0.5,
          },
          quantiles('wfm_log_append_seconds'),
        ),
        heatmap(
          {
            title: 'Time until durable, all appends',
            description: 'Two bands mean two causes: a slow disk beside a fast one, say.',
            unit: 's',
          },
          'wfm_log_append_seconds',
        ),
        graph(
          {
            title: 'Spools and disks',
            description: 'Share of the disk below DATA_DIR that is free. The last 16 MiB are never used.',
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
            description: 'Seconds of processor time a second, by process.',
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
