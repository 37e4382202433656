import { graph, quantiles, rate, stat } from './panels.js';
import type { Room } from './room.js';

/** Is everything that was received in the store, and how soon? */
export const PROJECTION: Room = {
  uid: 'statusledger-projection',
  title: 'StatusLedger / Projection',
  description: 'Is everything that was received in the store, and how soon?',
  rows: [
    {
      title: 'At a glance',
      panels: [
        stat(
          {
            title: 'Behind',
            description: 'Records of the log that are not in the store yet.',
            unit: 'short',
            warn: 10_000,
            alarm: 1_000_000,
          },
          'sum(wfm:projection_lag_events:max)',
        ),
        stat(
          {
            title: 'Oldest of them',
            description: 'Age of the oldest record that is not in the store yet.',
            unit: 's',
            warn: 60,
            alarm: 600,
          },
          'max(wfm_projection_lag_seconds)',
        ),
        stat(
          {
            title: 'Unaccounted events',
            description:
              'Events that receivers took and that are neither rows nor repeats nor dead letters. Above 0 while there is a lag; must return to 0.',
            unit: 'short',
            warn: 1,
          },
          'max(wfm_unaccounted_events)',
        ),
        stat(
          {
            title: 'Systems that do not add up',
            description: 'Number of systems with unaccounted events. `/ops/systems` lists them.',
            unit: 'short',
            warn: 1,
          },
          'max(wfm_unreconciled_systems)',
        ),
        stat(
          {
            title: 'Batches tried again',
            description: 'In the last hour: the store or the log failed. Nothing is skipped.',
            unit: 'short',
            warn: 1,
          },
          'sum(increase(wfm_projection_retries_total[1h]))',
        ),
        stat(
          { title: 'Projectors', description: 'Processes that export a projection lag.', unit: 'short' },
          'count(count by (instance) (wfm_projection_lag_events))',
        ),
      ],
    },
    {
      title: 'Keeping up',
      panels: [
        graph(
          {
            title: 'Behind, by topic',
            description: 'The greatest lag that any projector exports: each knows all partitions.',
            unit: 'short',
          },
          { '{{topic}}': 'wfm:projection_lag_events:max' },
        ),
        graph(
          {
            title: 'Age of the oldest, by topic',
            description: 'How far agentStatus is behind.',
            unit: 's',
            warn: 60,
            alarm: 600,
          },
          { '{{topic}}': 'max by (topic) (wfm_projection_lag_seconds)' },
        ),
        graph(
          {
            title: 'Records projected and received',
            description: 'The two lines should coincide.',
            unit: 'eps',
          },
          {
            projected: rate('wfm_projection_batch_events_sum'),
            received: rate('wfm_events_received_total{outcome!~"unavailable|refused"}'),
          },
        ),
      ],
    },
    {
      title: 'Why queries are refused',
      panels: [
        graph(
          {
            title: 'Blocked, by topic',
            description:
              'At 1, nothing of the topic is projected and queries are answered 503: a batch has failed for a minute, or store and log do not belong together. The log of the projector says which, and what to do.',
            unit: 'short',
            alarm: 1,
          },
          { '{{topic}}': 'max by (topic) (wfm_projection_blocked)' },
        ),
        graph(
          {
            title: 'To catch up, by topic',
            description:
              'Records that the store once had or should long have, and lacks. Queries are answered 503 until there are none.',
            unit: 'short',
            warn: 1,
          },
          { '{{topic}}': 'sum by (topic) (wfm_projection_catch_up_events)' },
        ),
        graph(
          {
            title: 'Batches tried again',
            description: 'The store or the log failed. After a minute of failures the topic is blocked.',
            unit: 'eps',
          },
          { retries: rate('wfm_projection_retries_total') },
        ),
      ],
    },
    {
      title: 'What became of it',
      panels: [
        graph(
          {
            title: 'Since the log began, by outcome',
            description:
              'Stored, already known, or put aside. The sum is the number of records that the log has held.',
            unit: 'short',
          },
          { '{{outcome}}': 'sum by (outcome) (wfm_events_projected_total)' },
        ),
        graph(
          {
            title: 'Intervals written, by how their end is known',
            description: 'A healthy platform gives `exit`; `next_enter` and `unknown` are lost exits.',
            unit: 'eps',
          },
          { '{{ended_by}}': rate('wfm_intervals_written_total', 'ended_by') },
        ),
        graph(
          {
            title: 'Batch sizes',
            description: 'Batches grow with the load, up to 16 000 records.',
            unit: 'short',
          },
          quantiles('wfm_projection_batch_events'),
        ),
      ],
    },
  ],
};
