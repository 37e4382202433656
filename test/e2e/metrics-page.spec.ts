import {
  request,
  postContact,
  postStatus,
  putPersonnel,
  untilProjected,
} from '../support/http/service-client.js';
import {
  metricsOfPage,
  metricsServed,
  pageDifferences,
  type DescribedMetric,
} from '../support/documents/metrics-page.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const now = Math.floor(Date.now() / 1000);
const STATUS = { systemId: 's', workerId: '1', stateCode: 'W', stateName: 'W' };
const PERIOD = 'startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z';
const NOT_THERE = '127.0.0.1:1';

const servedAt = async (url: string) => metricsServed((await request(`${url}/metrics`)).body.toString());

/** Causes some of everything that is counted: events, repeats, dead letters, anomalies, queries. */
async function keepBusy(url: string): Promise<void> {
  for (const action of [0, 1]) await postStatus(url, { ...STATUS, actionTime: now - 60, action });
  await postStatus(url, { ...STATUS, actionTime: now - 60, action: 1 });
  await postStatus(url, { ...STATUS, actionTime: now - 30, action: 0 });
  await postStatus(url, 'no event');
  await postContact(url, { systemId: 's', contactId: 'c', groupId: 'g', action: 'queued', actionTime: now });
  await putPersonnel(url, { systemId: 's', agents: [{ id: '1', name: 'A' }] });
  await untilProjected(url);
  await request(`${url}/historic/agentStatusData?${PERIOD}&agentId=1`);
}

describe('docs/metrics.md', () => {
  const served: Record<string, readonly DescribedMetric[]> = {};

  beforeAll(async () => {
    const standalone = await StandaloneProcess.start();
    await keepBusy(standalone.url);
    served['standalone'] = await servedAt(standalone.url);
    await standalone.stop();
    for (const name of ['receiver', 'projector', 'query'] as const) {
      // The metrics are the same whether or not the cluster can be reached.
      const env = { KAFKA_BROKERS: NOT_THERE, CLICKHOUSE_URL: `http://${NOT_THERE}`, LOG_LEVEL: 'silent' };
      const service = await ServiceProcess.app(name, { ...env, DATA_DIR: temporaryDirectory() });
      served[name] = await servedAt(service.url);
      await service.end('SIGKILL');
    }
  });

  afterAll(removeTemporaryDirectories);

  it.each(['standalone', 'receiver', 'projector', 'query'])(
    'has a row for every metric of the %s, with its type and its labels',
    (name) => {
      const names = new Set(served[name]!.map((metric) => metric.name));
      expect(names.size).toBeGreaterThan(10);
      const rows = metricsOfPage().filter((row) => names.has(row.name));
      expect(pageDifferences(rows, served[name]!)).toEqual([]);
    },
  );

  it('has no row for a metric that no process serves', () => {
    const all = new Map(Object.values(served).flatMap((metrics) => metrics.map((m) => [m.name, m] as const)));
    expect(
      pageDifferences(metricsOfPage(), [...all.values()]).filter((each) => each.includes('not served')),
    ).toEqual([]);
  });

  it('is compared with samples of every metric with labels', () => {
    const labels = (name: string) => served['standalone']!.find((metric) => metric.name === name)?.labels;
    expect(labels('wfm_events_received_total')).toEqual(['outcome', 'type']);
    expect(labels('wfm_dead_letters_total')).toEqual(['reason']);
    expect(labels('wfm_events_projected_total')).toEqual(['outcome', 'type']);
    expect(labels('wfm_projection_lag_events')).toEqual(['topic']);
    expect(labels('wfm_projection_lag_seconds')).toEqual(['topic']);
    expect(labels('wfm_intervals_written_total')).toEqual(['ended_by']);
    expect(labels('wfm_anomalies_total')).toEqual(['kind']);
    expect(labels('wfm_query_seconds')).toEqual(['method', 'status']);
    expect(labels('wfm_build_info')).toEqual(['node', 'version']);
  });

  it('is right that only processes with data on disk export its free space', () => {
    const exporting = Object.keys(served).filter((name) =>
      served[name]!.some((metric) => metric.name === 'wfm_data_free_bytes'),
    );
    expect(exporting.sort()).toEqual(['receiver', 'standalone']);
  });
});
