import {
  metricsOfPage,
  metricsServed,
  pageDifferences,
  type DescribedMetric,
} from '../../../test/support/documents/metrics-page.js';
import {
  temporaryDirectory,
  removeTemporaryDirectories,
} from '../../../test/support/processes/standalone-process.js';
import { createMetrics, createProcessMetrics } from './metrics.js';

/** The metrics of a registry as the page has to describe them, with or without samples. */
function describedIn(registry: ReturnType<typeof createProcessMetrics>): DescribedMetric[] {
  return (registry.getMetricsAsArray() as unknown as (DescribedMetric & { labelNames: string[] })[])
    .filter(({ name }) => name.startsWith('wfm_'))
    .map(({ name, type, labelNames }) => ({ name, type, labels: [...labelNames].sort() }));
}

describe('the catalogue of metrics', () => {
  afterAll(removeTemporaryDirectories);

  const catalogue = () => [
    ...describedIn(createMetrics().registry),
    ...describedIn(createProcessMetrics(temporaryDirectory())),
  ];

  it('has a row in docs/metrics.md for each metric, with its type and all its labels', () => {
    const rows = new Map(metricsOfPage().map((row) => [row.name, row]));
    for (const metric of catalogue()) expect(rows.get(metric.name)).toEqual(metric);
  });

  it('has the names that dashboards and scripts may rely on', () => {
    const names = catalogue().map(({ name, labels }) => `${name}{${labels.join(',')}}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'wfm_events_received_total{outcome,type}',
        'wfm_dead_letters_total{reason}',
        'wfm_log_append_seconds{}',
        'wfm_spool_events{}',
        'wfm_projection_lag_events{topic}',
        'wfm_projection_lag_seconds{topic}',
        'wfm_projection_batch_events{}',
        'wfm_intervals_written_total{ended_by}',
        'wfm_anomalies_total{kind}',
        'wfm_query_seconds{method,status}',
        'wfm_active_agents{}',
      ]),
    );
  });

  it('has no label that identifies an agent, a contact or a system', () => {
    const labels = new Set(catalogue().flatMap((metric) => metric.labels));
    expect(
      [...labels].filter((label) => /agent|worker|contact|system|group|customer|^id$/i.test(label)),
    ).toEqual([]);
  });
});

describe('the metrics of a process', () => {
  afterAll(removeTemporaryDirectories);

  const valueIn = (text: string, name: string) =>
    Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1]);

  it('describe the build, the process, the event loop, and how full the disk of its data is', async () => {
    const text = await createProcessMetrics(temporaryDirectory()).metrics();
    expect(valueIn(text, 'wfm_build_info')).toBe(1);
    expect(text).toContain(`node="${process.version}"`);
    expect(valueIn(text, 'wfm_data_free_bytes')).toBeGreaterThan(0);
    expect(valueIn(text, 'wfm_data_used_bytes')).toBeGreaterThan(0);
    for (const name of [
      'process_resident_memory_bytes',
      'process_open_fds',
      'nodejs_eventloop_lag_p99_seconds',
    ]) {
      expect(valueIn(text, name)).toBeGreaterThan(0);
    }
  });

  it('leave out the disk of a process that keeps no data, and the figures of a disk that cannot be queried', async () => {
    expect(await createProcessMetrics().metrics()).not.toContain('wfm_data');
    const text = await createProcessMetrics('/nowhere/at/all').metrics();
    expect(text).toContain('# TYPE wfm_data_free_bytes gauge');
    expect(valueIn(text, 'wfm_data_free_bytes')).toBeNaN();
  });
});

describe('comparing a page of metrics with what is served', () => {
  const PAGE =
    '| metric | type | labels | meaning |\n|---|---|---|---|\n| `wfm_a_total` | counter | `x`, `y` | an a |\n';
  const SERVED = '# TYPE wfm_a_total counter\nwfm_a_total{x="1",y="2"} 3\n';
  const differences = (page: string, served: string) =>
    pageDifferences(metricsOfPage(page), metricsServed(served));

  it('finds nothing where they agree', () => {
    expect(differences(PAGE, SERVED)).toEqual([]);
  });

  it.each([
    ['a metric without a row', '', SERVED, 'wfm_a_total is served and has no row'],
    ['a row without a metric', PAGE, '', 'wfm_a_total has a row and is not served'],
    ['two rows of one metric', PAGE + PAGE, SERVED, 'wfm_a_total has two rows'],
    ['another type', PAGE, SERVED.replace(' counter', ' gauge'), 'wfm_a_total is a gauge, not a counter'],
    [
      'a further label',
      PAGE,
      SERVED.replace('x="1"', 'x="1",z="4"'),
      'wfm_a_total has the labels x, y, z, not x, y',
    ],
    ['a missing label', PAGE, SERVED.replace('x="1",', ''), 'wfm_a_total has the labels y, not x, y'],
  ])('finds %s', (_, page, served, expected) => {
    expect(differences(page, served)).toEqual([expected]);
  });

  it('recognises the samples of a histogram, and leaves out the label of its buckets', () => {
    const served =
      '# TYPE wfm_s histogram\nwfm_s_bucket{le="1",m="2"} 3\nwfm_s_sum{m="2"} 3\nwfm_s_count{m="2"} 3\n';
    expect(metricsServed(served)).toEqual([{ name: 'wfm_s', type: 'histogram', labels: ['m'] }]);
  });
});
