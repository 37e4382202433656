import { dashboardFiles } from '../../deploy/grafana/source/dashboards.js';
import { parseOptions } from '../../apps/simulator/src/options.js';
import type { SimulatorOptions } from '../../apps/simulator/src/options.js';
import { simulate } from '../../apps/simulator/src/simulate.js';
import { allPanels, type BuiltDashboard } from '../support/documents/dashboards.js';
import { describeWithPrometheus, Prometheus } from '../support/tools/prometheus.js';
import { eventually, postStatus, request, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const SILENT = {
  line: () => undefined,
  progress: () => ({ advance: () => undefined, stop: () => undefined }),
};

/** What Grafana substitutes for its variables: the span of a point's rate. */
const asGrafanaAsks = (expr: string) => expr.replaceAll('$__rate_interval', '5m');

const METHODS = [
  '/historic/agentStatusData',
  '/historic/agentLoginData',
  '/historic/agentCallsData',
  '/historic/agentChatsWorkTime',
  '/historic/serviceGroupData',
  '/online/agentStatus',
  '/online/groupsOnlineLoad',
  '/personnel',
];

const queries = [...dashboardFiles().values()]
  .map((text) => JSON.parse(text) as BuiltDashboard)
  .flatMap((dashboard) =>
    allPanels(dashboard).flatMap(({ title, targets }) =>
      targets.map(({ expr }) => [`${dashboard.title} / ${title}`, expr] as const),
    ),
  );

describeWithPrometheus('a Prometheus that watches a service under load', () => {
  let service: StandaloneProcess;
  let prometheus: Prometheus;

  const seen = async (expr: string) => (await prometheus.query(expr)).length > 0;

  /** Sends each method an invalid question, and posts a dead letter. */
  const countEverything = () =>
    Promise.all([
      ...METHODS.map((method) => request(`${service.url}${method}`)),
      postStatus(service.url, 'no event'),
    ]);

  beforeAll(async () => {
    service = await StandaloneProcess.start();
    prometheus = await Prometheus.start([service.url]);
    await countEverything();
    const options = parseOptions(['--url', service.url, '--seed', '5', '--agents', '40'], Date.now());
    await simulate(options as SimulatorOptions, SILENT);
    await untilProjected(service.url);
    // A rate needs two values, so everything is counted again until Prometheus has seen all of it grow.
    await eventually(async () => {
      await countEverything();
      const asked = await prometheus.query('count by (method) (increase(wfm_query_seconds_count[5m]) > 0)');
      return asked.length === METHODS.length && (await seen('increase(wfm_dead_letters_total[5m]) > 0'));
    });
  }, 300_000);

  afterAll(async () => {
    await prometheus.stop();
    await service.stop();
    removeTemporaryDirectories();
  });

  it.each(queries)('has data for %s', async (_, expr) => {
    const samples = await prometheus.query(asGrafanaAsks(expr));
    expect(samples.length).toBeGreaterThan(0);
    expect(samples.filter(({ value: [, value] }) => value === 'NaN')).toEqual([]);
  });

  it('evaluates every rule without an error', async () => {
    await eventually(async () => (await prometheus.rules()).every(({ health }) => health !== 'unknown'));
    const rules = await prometheus.rules();
    expect(rules.length).toBeGreaterThan(20);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('has data for every recording rule and every metric of an alert', async () => {
    const rules = await prometheus.rules();
    const looked = rules.flatMap(({ query }) => query.match(/wfm[_:][a-z0-9_:]+/g) ?? []);
    const names = new Set([
      ...rules.filter(({ type }) => type === 'recording').map(({ name }) => name),
      ...looked,
    ]);
    const without: string[] = [];
    for (const name of names) if ((await prometheus.query(name)).length === 0) without.push(name);
    expect(without).toEqual([]);
  });

  it('fires no alert about a fault', async () => {
    const firing = (await prometheus.rules())
      .filter(({ state }) => state === 'firing')
      .map(({ name }) => name);
    expect(firing).toEqual([]);
  });
});
