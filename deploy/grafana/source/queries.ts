import { graph, heatmap, quantiles, rate, stat } from './panels.js';
import type { Room } from './room.js';

/** Are WFM's queries answered, and are the answers worth anything? */
export const QUERIES: Room = {
  uid: 'statusledger-queries',
  title: 'StatusLedger / Queries and data quality',
  description: "Are WFM's queries answered, how quickly, and how good is the data behind the answers?",
  rows: [
    {
      title: 'At a glance',
      panels: [
        stat(
          { title: 'Queries', description: 'All methods together.', unit: 'reqps' },
          rate('wfm_query_seconds_count'),
        ),
        stat(
          {
            title: 'Failed queries',
            description: 'Share of the last five minutes that was answered 5xx.',
            unit: 'percentunit',
            warn: 0.001,
            alarm: 0.01,
          },
          'wfm:query_errors:ratio5m',
        ),
        stat(
          {
            title: 'Slowest one in a hundred',
            description: 'p99 of the last five minutes, to the last byte, all methods together.',
            unit: 's',
            warn: 2,
            alarm: 10,
          },
          'wfm:query_seconds:p99_5m',
        ),
        stat(
          { title: 'Agents at work', description: 'In a state other than an offline one.', unit: 'short' },
          'max(wfm_active_agents)',
        ),
        stat(
          {
            title: 'Lost exits',
            description: 'Share of the intervals written in the last half hour whose own exit never came.',
            unit: 'percentunit',
            warn: 0.05,
            alarm: 0.2,
          },
          'wfm:lost_exits:ratio30m',
        ),
        stat(
          {
            title: 'Anomalies',
            description: 'Defects found in accepted data, for each interval written in the last half hour.',
            unit: 'percentunit',
            warn: 0.05,
            alarm: 0.2,
          },
          'wfm:anomalies:ratio30m',
        ),
      ],
    },
    {
      title: 'Queries',
      panels: [
        graph(
          { title: 'By method', description: 'Queries from WFM, by method.', unit: 'reqps' },
          { '{{method}}': rate('wfm_query_seconds_count', 'method') },
        ),
        graph(
          {
            title: 'By answer',
            description: '4xx: bad requests. 499: the client disconnected. 5xx: our failures.',
            unit: 'reqps',
          },
          { '{{status}}': rate('wfm_query_seconds_count', 'status') },
        ),
        graph(
          { title: 'Time to answer, all methods', description: 'To the last byte.', unit: 's' },
          quantiles('wfm_query_seconds'),
        ),
        graph(
          {
            title: 'p95 by method',
            description: 'Historic methods depend on the period asked for.',
            unit: 's',
          },
          {
            '{{method}}':
              'histogram_quantile(0.95, sum by (le, method) (rate(wfm_query_seconds_bucket[$__rate_interval])))',
          },
        ),
        heatmap(
          {
            title: 'Time to answer, all queries',
            description: 'Each band is a kind of query.',
            unit: 's',
          },
          'wfm_query_seconds',
        ),
        graph(
          { title: 'Agents at work', description: 'In a state other than an offline one.', unit: 'short' },
          { agents: 'max(wfm_active_agents)' },
        ),
      ],
    },
    {
      title: 'Data quality',
      panels: [
        graph(
          {
            title: 'Anomalies by kind',
            description: '`/ops/anomalies` shows each with the events around it.',
            unit: 'eps',
          },
          { '{{kind}}': rate('wfm_anomalies_total', 'kind') },
        ),
        graph(
          {
            title: 'How ends are known',
            description: 'Share of the intervals written, by `ended_by`.',
            unit: 'percentunit',
          },
          {
            '{{ended_by}}':
              'sum by (ended_by) (rate(wfm_intervals_written_total[$__rate_interval])) / ignoring(ended_by) group_left sum(rate(wfm_intervals_written_total[$__rate_interval]))',
          },
        ),
        graph(
          {
            title: 'Senders and directory',
            description: 'Systems that fell silent, agents who are in no directory.',
            unit: 'short',
          },
          { 'silent systems': 'max(wfm_silent_systems)', 'unmapped agents': 'max(wfm_unmapped_agents)' },
        ),
      ],
    },
  ],
};
