import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ANSWER_GRACE_MS, readSettings, settingNames } from '#edge';
import { DRAIN_MS } from '#service/start-standalone';
import { describeWithHelm, helmLint, helmTemplate, objectsOf, type Values } from '../support/tools/helm.js';
import { selects, type Container, type KubernetesObject } from '../support/documents/kubernetes.js';

const APPS = ['receiver', 'projector', 'query'] as const;
const SECRET_VALUE = 'of the secret';

const required = {
  allowAnonymous: true,
  kafka: { brokers: ['kafka-0:9092', 'kafka-1:9092'] },
  clickhouse: { url: 'http://clickhouse:8123' },
};
const secrets = {
  ...required,
  kafka: { ...required.kafka, ssl: true, sasl: { mechanism: 'scram-sha-512', existingSecret: 'kafka-user' } },
  clickhouse: { ...required.clickhouse, existingSecret: 'clickhouse-user', usernameKey: 'user' },
};
const autoscaling = {
  ...required,
  receiver: { autoscaling: { enabled: true } },
  projector: { autoscaling: { enabled: true } },
  query: { autoscaling: { enabled: true } },
};
const everything = {
  ...secrets,
  apiKeys: { existingSecret: 'api-keys' },
  tls: { existingSecret: 'pods-tls' },
  fullnameOverride: 'a-name-that-is-longer-than-any-name-ought-to-be-in-a-cluster',
  kafka: { ...secrets.kafka, topicPrefix: 'site-1.' },
  image: { digest: `sha256:${'0'.repeat(64)}`, pullSecrets: ['registry'] },
  settings: {
    TIME_ZONE: 'Europe/Berlin',
    DEFAULT_SYSTEM_ID: '7',
    STATE_MAX_AGE_SECONDS: 2_000_000_000,
    OFFLINE_STATE_CODES: 'Offline, Logout',
    OTEL_TRACES_SAMPLER_ARG: 0.01,
  },
  receiver: {
    autoscaling: { enabled: true },
    persistence: { size: '1Gi', storageClass: 'fast' },
    podAnnotations: { a: 'b' },
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'site', operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
  },
  projector: { autoscaling: { enabled: true, metricType: 'External', metricLabels: { topic: 'status' } } },
  query: { autoscaling: { enabled: true }, podDisruptionBudget: { enabled: false } },
  ingress: {
    enabled: true,
    className: 'nginx',
    host: 'ledger.example.org',
    tlsSecret: 'ledger-tls',
    annotations: { 'nginx.ingress.kubernetes.io/auth-type': 'basic' },
  },
  serviceMonitor: {
    enabled: true,
    labels: { release: 'prometheus' },
    apiKey: { existingSecret: 'scrape-key', key: 'ops' },
  },
  serviceAccount: { create: false, name: 'existing' },
};
const valueSets: [string, Values][] = [
  ['required values only', required],
  ['existing secrets', secrets],
  ['autoscaling', autoscaling],
  ['an ingress', { ...required, ingress: { enabled: true, host: 'ledger.example.org' } }],
  [
    'a monitor, and no spreading',
    { ...required, serviceMonitor: { enabled: true }, topologySpread: { topologyKeys: [] } },
  ],
  ['everything', everything],
];

const render = (values: Values) => objectsOf<KubernetesObject>(helmTemplate(values));
const ofKind = (objects: readonly KubernetesObject[], ...kinds: string[]) =>
  objects.filter(({ kind }) => kinds.includes(kind));
const workloadsOf = (objects: readonly KubernetesObject[]) => ofKind(objects, 'Deployment', 'StatefulSet');
const podSpecOf = (workload: KubernetesObject) => workload.spec.template.spec;
const containerOf = (workload: KubernetesObject) => podSpecOf(workload).containers[0]!;
const workloadOf = (objects: readonly KubernetesObject[], app: string) =>
  workloadsOf(objects).find((workload) => containerOf(workload).name === app)!;

/** The environment of a container, provided that the secrets exist. */
function environmentOf(container: Container, objects: readonly KubernetesObject[]): Record<string, string> {
  const maps = ofKind(objects, 'ConfigMap');
  const fromMaps = container.envFrom.map(
    ({ configMapRef }) => maps.find(({ metadata }) => metadata.name === configMapRef.name)!.data,
  );
  const fromSecrets = (container.env ?? []).map(({ name }) => [name, SECRET_VALUE]);
  return Object.assign({}, ...fromMaps, Object.fromEntries(fromSecrets)) as Record<string, string>;
}

describeWithHelm.each(valueSets)('the chart with %s', (_, values) => {
  let objects: KubernetesObject[];
  let workloads: KubernetesObject[];

  beforeAll(() => {
    objects = render(values);
    workloads = workloadsOf(objects);
  });

  it('passes helm lint', () => {
    const { succeeded, printed } = helmLint(values);
    if (!succeeded) throw new Error(printed);
  });

  it('has each of the three apps once', () => {
    expect(workloads.map((workload) => [containerOf(workload).name, workload.kind]).sort()).toEqual([
      ['projector', 'Deployment'],
      ['query', 'Deployment'],
      ['receiver', 'StatefulSet'],
    ]);
    for (const workload of workloads)
      expect(containerOf(workload).args).toEqual([containerOf(workload).name]);
  });

  it('gives objects valid and distinct names', () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    // Pods of a stateful set have a label with the set's name followed by a hash.
    for (const { metadata } of objects) expect(metadata.name).toMatch(/^[a-z]([-a-z0-9]{0,50}[a-z0-9])$/);
  });

  it('sets only known settings to valid values', () => {
    for (const workload of workloads) {
      const environment = environmentOf(containerOf(workload), objects);
      expect(Object.keys(environment).filter((name) => !settingNames().includes(name))).toEqual([]);
      expect(Object.values(environment).filter((value) => typeof value !== 'string')).toEqual([]);
      expect(readSettings(environment)).toMatchObject({ HOST: '0.0.0.0', DATA_DIR: '/data' });
    }
  });

  it('gives each app the addresses of the log and store that it uses', () => {
    const addresses = Object.fromEntries(
      APPS.map((app) => {
        const names = Object.keys(environmentOf(containerOf(workloadOf(objects, app)), objects));
        const has = (prefix: string) => names.some((name) => name.startsWith(prefix));
        return [app, { log: has('KAFKA_'), store: has('CLICKHOUSE_') }];
      }),
    );
    expect(addresses).toEqual({
      receiver: { log: true, store: false },
      projector: { log: true, store: true },
      query: { log: true, store: true },
    });
  });

  it('probes liveness and readiness', () => {
    for (const { ports, ...container } of workloads.map(containerOf)) {
      const { startupProbe, livenessProbe, readinessProbe } = container;
      const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet.path);
      expect(paths).toEqual(['/health/live', '/health/live', '/health/ready']);
      for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
        expect(ports.map(({ name }) => name)).toContain(probe!.httpGet.port);
      }
    }
  });

  it('exposes the port of the settings', () => {
    for (const workload of workloads) {
      const { PORT } = readSettings(environmentOf(containerOf(workload), objects));
      expect(containerOf(workload).ports).toEqual([
        expect.objectContaining({ name: 'http', containerPort: PORT }),
      ]);
    }
  });

  it('has selectors that match exactly their own pods', () => {
    for (const workload of workloads) {
      const found = workloads.filter(({ spec }) =>
        selects(workload.spec.selector, spec.template.metadata.labels),
      );
      expect(found).toEqual([workload]);
      for (const { labelSelector } of podSpecOf(workload).topologySpreadConstraints ?? []) {
        expect(labelSelector).toEqual(workload.spec.selector);
      }
    }
  });

  it('has services for the pods of one app each, on a port that they expose', () => {
    const services = ofKind(objects, 'Service');
    const apps = services.map(({ spec }) => {
      const found = workloads.filter(({ spec: { template } }) =>
        selects({ matchLabels: spec.selector }, template.metadata.labels),
      );
      expect(found).toHaveLength(1);
      const portNames = containerOf(found[0]!).ports.map(({ name }) => name);
      for (const { targetPort } of spec.ports!) expect(portNames).toContain(targetPort);
      return containerOf(found[0]!).name;
    });
    expect(apps.sort()).toEqual(['projector', 'query', 'receiver', 'receiver']);
    const headless = services.find(({ spec }) => spec.clusterIP === 'None')!;
    expect(workloadOf(objects, 'receiver').spec.serviceName).toBe(headless.metadata.name);
  });

  it('limits the disruption of existing workloads', () => {
    for (const { spec } of ofKind(objects, 'PodDisruptionBudget')) {
      const found = workloads.filter((workload) =>
        selects(spec.selector, workload.spec.template.metadata.labels),
      );
      expect(found).toHaveLength(1);
    }
  });

  it('leaves the number of replicas to an autoscaler if there is one', () => {
    const scaled = ofKind(objects, 'HorizontalPodAutoscaler').map(({ spec }) => spec.scaleTargetRef!);
    for (const { apiVersion, kind, name } of scaled) {
      const target = workloads.find((workload) => workload.kind === kind && workload.metadata.name === name);
      expect(target).toMatchObject({ apiVersion });
    }
    for (const { metadata, spec } of workloads) {
      const isScaled = scaled.some(({ name }) => name === metadata.name);
      expect(spec.replicas).toEqual(isScaled ? undefined : 2);
    }
  });

  it('needs no privileges: no root, no capabilities, no writing outside volumes, no token', () => {
    for (const workload of workloads) {
      const { securityContext, automountServiceAccountToken } = podSpecOf(workload);
      expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
      expect(automountServiceAccountToken).toBe(false);
      expect(containerOf(workload).securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('mounts existing volumes, including one for the data', () => {
    for (const workload of workloads) {
      const claimed = workload.spec.volumeClaimTemplates ?? [];
      const volumes = [...podSpecOf(workload).volumes.map(({ name }) => name), ...claimed.map(nameOf)];
      const mounts = containerOf(workload).volumeMounts;
      expect(mounts.map(({ name }) => name).sort()).toEqual(volumes.sort());
      expect(mounts.map(({ mountPath }) => mountPath)).toContain('/data');
    }
    expect(workloadOf(objects, 'receiver').spec.volumeClaimTemplates!.map(nameOf)).toEqual(['data']);
  });

  it('never deletes the spool of a receiver', () => {
    expect(workloadOf(objects, 'receiver').spec.persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
  });

  it('gives the apps enough time to stop', () => {
    for (const workload of workloads) {
      const sleep = Number(containerOf(workload).lifecycle?.preStop.exec.command[1] ?? 0);
      const needed = sleep + (ANSWER_GRACE_MS + DRAIN_MS) / 1000;
      expect(podSpecOf(workload).terminationGracePeriodSeconds).toBeGreaterThanOrEqual(needed);
    }
  });

  it('uses an existing service account', () => {
    const accounts = ofKind(objects, 'ServiceAccount').map(nameOf);
    const expected = accounts.length === 0 ? ['existing'] : accounts;
    for (const workload of workloads) expect(expected).toContain(podSpecOf(workload).serviceAccountName);
  });

  function nameOf({ metadata }: KubernetesObject): string {
    return metadata.name;
  }
});

describeWithHelm('the chart', () => {
  it('reads credentials from the given keys of existing secrets', () => {
    const references = (app: string) =>
      (containerOf(workloadOf(render(secrets), app)).env ?? []).map(({ name, valueFrom }) => {
        const { secretKeyRef } = valueFrom;
        return [name, secretKeyRef.name, secretKeyRef.key];
      });
    const kafka = [
      ['KAFKA_SASL_USERNAME', 'kafka-user', 'username'],
      ['KAFKA_SASL_PASSWORD', 'kafka-user', 'password'],
    ];
    const clickHouse = [
      ['CLICKHOUSE_USERNAME', 'clickhouse-user', 'user'],
      ['CLICKHOUSE_PASSWORD', 'clickhouse-user', 'password'],
    ];
    expect(references('receiver')).toEqual(kafka);
    expect(references('projector')).toEqual([...kafka, ...clickHouse]);
    expect(references('query')).toEqual([...kafka, ...clickHouse]);
  });

  it('passes settings on to the service unchanged', () => {
    const settings = (app: string) => {
      const objects = render(everything);
      return readSettings(environmentOf(containerOf(workloadOf(objects, app)), objects));
    };
    expect(settings('query')).toMatchObject({
      TIME_ZONE: 'Europe/Berlin',
      DEFAULT_SYSTEM_ID: '7',
      STATE_MAX_AGE_SECONDS: 2_000_000_000,
      OFFLINE_STATE_CODES: ['Offline', 'Logout'],
      OTEL_TRACES_SAMPLER_ARG: 0.01,
      CLICKHOUSE_URL: 'http://clickhouse:8123',
    });
    expect(settings('projector')).toMatchObject({
      KAFKA_BROKERS: ['kafka-0:9092', 'kafka-1:9092'],
      KAFKA_SSL: '1',
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_TOPIC_PREFIX: 'site-1.',
    });
  });

  it('passes the ClickHouse cluster to projectors and queries, if there is one', () => {
    for (const app of ['projector', 'query']) {
      const cluster = (values: Values) => {
        const objects = render(values);
        return readSettings(environmentOf(containerOf(workloadOf(objects, app)), objects)).CLICKHOUSE_CLUSTER;
      };
      expect(cluster(required)).toBeUndefined();
      expect(cluster({ ...required, clickhouse: { ...required.clickhouse, cluster: 'two-shards' } })).toBe(
        'two-shards',
      );
    }
  });

  it('replaces the pods when settings change', () => {
    const checksum = (values: Values) =>
      workloadOf(render(values), 'query').spec.template.metadata.annotations['checksum/settings'];
    expect(checksum(required)).toBe(checksum(required));
    expect(checksum({ ...required, settings: { LOG_LEVEL: 'debug' } })).not.toBe(checksum(required));
  });

  it('scales projectors by lag only if enabled, by the chosen metric', () => {
    const scaler = (values: Values) =>
      ofKind(render(values), 'HorizontalPodAutoscaler').find(({ metadata }) =>
        metadata.name.endsWith('-projector'),
      );
    expect(scaler(required)).toBeUndefined();
    const target = { type: 'AverageValue', averageValue: '50000' };
    expect(scaler(autoscaling)!.spec.metrics).toEqual([
      { type: 'Pods', pods: { metric: { name: 'wfm_projection_lag_events' }, target } },
    ]);
    const selector = { matchLabels: { topic: 'status' } };
    expect(scaler(everything)!.spec.metrics).toEqual([
      { type: 'External', external: { metric: { name: 'wfm_projection_lag_events', selector }, target } },
    ]);
  });

  it('routes every method to its app', () => {
    const objects = render(everything);
    const [ingress] = ofKind(objects, 'Ingress');
    const [rule] = ingress!.spec.rules!;
    const services = ofKind(objects, 'Service');
    const appOf = (path: string) => {
      const { service } = rule!.http.paths.find((entry) => `${path}/`.startsWith(`${entry.path}/`))!.backend;
      const found = services.find(({ metadata }) => metadata.name === service.name)!;
      expect(found.spec.ports!.map(({ name }) => name)).toContain(service.port.name);
      return found.metadata.labels['app.kubernetes.io/component'];
    };
    for (const kind of ['status', 'contact', 'events', 'personnel']) {
      expect(appOf(`/ccwfm/api/rest/${kind}`)).toBe('receiver');
    }
    const queries = [
      '/historic/agentStatusData',
      '/online/agentStatus',
      '/personnel',
      '/systems/1/personnel',
    ];
    for (const path of queries) expect(appOf(path)).toBe('query');
    expect(rule!.http.paths.map(({ path }) => path)).not.toContain('/metrics');
    expect(ingress!.spec.tls).toEqual([{ hosts: [rule!.host], secretName: 'ledger-tls' }]);
  });

  it('makes Prometheus scrape every app once', () => {
    const objects = render(everything);
    const [{ spec }] = ofKind(objects, 'ServiceMonitor') as [KubernetesObject];
    const scraped = ofKind(objects, 'Service').filter(({ metadata }) =>
      selects(spec.selector, metadata.labels),
    );
    expect(scraped.map(({ metadata }) => metadata.labels['app.kubernetes.io/component']).sort()).toEqual(
      [...APPS].sort(),
    );
    for (const service of scraped)
      expect(service.spec.ports!.map(({ name }) => name)).toContain(spec.endpoints![0]!.port);
    expect(spec.endpoints).toEqual([expect.objectContaining({ path: '/metrics' })]);
  });

  it('makes scrapes send a key if and only if keys are in force', () => {
    const endpointOf = (values: Values) => ofKind(render(values), 'ServiceMonitor')[0]!.spec.endpoints![0]!;
    expect(endpointOf(everything)).toMatchObject({
      scheme: 'https',
      authorization: { type: 'Bearer', credentials: { name: 'scrape-key', key: 'ops' } },
    });
    const open = endpointOf({ ...required, serviceMonitor: { enabled: true } });
    expect(open).not.toHaveProperty('authorization');
    const { succeeded, printed } = helmTemplate({
      ...required,
      apiKeys: { existingSecret: 'api-keys' },
      serviceMonitor: { enabled: true },
    });
    expect([succeeded, printed]).toEqual([
      false,
      expect.stringContaining('serviceMonitor.apiKey.existingSecret'),
    ]);
  });

  it('makes the pods require the keys of the secret, if there is one', () => {
    const settingsOf = (values: Values) => {
      const objects = render(values);
      return workloadsOf(objects).map((workload) =>
        readSettings(environmentOf(containerOf(workload), objects)),
      );
    };
    const keyed = { ...required, allowAnonymous: false, apiKeys: { existingSecret: 'api-keys' } };
    for (const { API_KEYS_FILE, ALLOW_ANONYMOUS } of settingsOf(keyed)) {
      expect([API_KEYS_FILE, ALLOW_ANONYMOUS]).toEqual(['/etc/statusledger/keys/keys.json', undefined]);
    }
    for (const workload of workloadsOf(render(keyed))) {
      expect(containerOf(workload).volumeMounts).toContainEqual({
        name: 'keys',
        mountPath: '/etc/statusledger/keys',
        readOnly: true,
      });
      expect(podSpecOf(workload).volumes).toContainEqual({
        name: 'keys',
        secret: { secretName: 'api-keys' },
      });
    }
    for (const { API_KEYS_FILE, ALLOW_ANONYMOUS } of settingsOf(required)) {
      expect([API_KEYS_FILE, ALLOW_ANONYMOUS]).toEqual([undefined, '1']);
    }
  });

  it('reports all missing values at once', () => {
    const { succeeded, printed } = helmTemplate({
      kafka: { sasl: { mechanism: 'plain' } },
      ingress: { enabled: true },
      query: { autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 2 } },
    });
    expect(succeeded).toBe(false);
    for (const fault of [
      'allowAnonymous',
      'kafka.brokers',
      'clickhouse.url',
      'kafka.sasl.existingSecret',
      'ingress.host',
      'query.autoscaling',
    ]) {
      expect(printed).toContain(`  - ${fault}: `);
    }
  });

  it.each<[string, Values]>([
    ['a broker without a port', { kafka: { brokers: ['kafka'] } }],
    ['brokers that are not a list', { kafka: { brokers: 'kafka:9092' } }],
    ['a store that is not a URL', { clickhouse: { url: 'clickhouse:8123' } }],
    ['an invalid database name', { clickhouse: { database: 'a-b' } }],
    ['an invalid cluster name', { clickhouse: { cluster: "a'b" } }],
    ['an unknown mechanism', { kafka: { sasl: { mechanism: 'gssapi' } } }],
    ['an unknown setting', { settings: { TIMEZONE: 'UTC' } }],
    ['a setting out of its range', { settings: { RETENTION_DAYS: 0 } }],
    ['a number as text', { settings: { RETENTION_DAYS: '400' } }],
    ['an unknown value', { receiver: { replicaCount: 2 } }],
    ['no replicas', { query: { replicas: 0 } }],
    ['replicas as text', { projector: { replicas: 'many' } }],
    ['an invalid quantity of memory', { query: { resources: { limits: { memory: '1 GB' } } } }],
    ['an invalid size', { receiver: { persistence: { size: 'large' } } }],
    ['an unknown kind of metric', { projector: { autoscaling: { metricType: 'Object' } } }],
    ['a disruption budget of nothing', { query: { podDisruptionBudget: { maxUnavailable: 0 } } }],
    ['an invalid digest', { image: { digest: 'latest' } }],
    ['a boolean as text', { allowAnonymous: 'yes' }],
    ['an invalid name of a secret', { serviceMonitor: { apiKey: { existingSecret: 'a/b' } } }],
    ['an empty key of a secret', { serviceMonitor: { apiKey: { key: '' } } }],
    ['a host with a scheme', { ingress: { host: 'https://ledger.example.org' } }],
  ])('refuses %s', (_, values) => {
    expect(helmTemplate(required).succeeded).toBe(true);
    const { succeeded, printed } = helmTemplate(merged(required, values));
    expect(succeeded).toBe(false);
    expect(printed).toContain("don't meet the specifications of the schema");
  });
});

describe('the values of the chart', () => {
  const chart = 'deploy/helm/statusledger';
  const text = readFileSync(`${chart}/values.yaml`, 'utf8');
  const schema = JSON.parse(readFileSync(`${chart}/values.schema.json`, 'utf8')) as {
    properties: { settings: { properties: Record<string, { minimum?: number; maximum?: number }> } };
  };
  const settings = schema.properties.settings.properties;

  it('list every setting', () => {
    const elsewhere = /^(HOST|PORT|DATA_DIR|ALLOW_ANONYMOUS|API_KEYS_FILE|TLS_.*|KAFKA_.*|CLICKHOUSE_.*)$/;
    const expected = settingNames().filter((name) => !elsewhere.test(name));
    expect(Object.keys(settings).sort()).toEqual([...expected].sort());
    for (const name of expected) expect(text).toMatch(new RegExp(`^ {2}(# )?${name}: `, 'm'));
  });

  it('have the same limits as the service', () => {
    const numbers = Object.entries(settings).filter(([, { minimum }]) => minimum !== undefined);
    expect(numbers.length).toBeGreaterThan(0);
    for (const [name, { minimum, maximum }] of numbers) {
      for (const value of [minimum!, maximum!])
        expect(() => readSettings({ [name]: `${value}` })).not.toThrow();
      for (const value of [minimum! - 1, maximum! + 1])
        expect(() => readSettings({ [name]: `${value}` })).toThrow();
    }
  });

  it('are each explained by a comment', () => {
    const lines = text.split('\n');
    const unexplained = lines.filter(
      (line, i) =>
        /^\s*\w+: ./.test(line) &&
        !line.includes('requests:') &&
        !line.includes('limits:') &&
        !/^\s*#/.test(lines[i - 1]!),
    );
    expect(unexplained).toEqual([]);
  });

  it('are all documented in the README', () => {
    const guide = readFileSync(`${chart}/README.md`, 'utf8');
    const paths = pathsOf(parse(text) as Values).map((path) =>
      path.replace(/^(receiver|projector|query)\./, 'APP.'),
    );
    expect([...new Set(paths)].filter((path) => !guide.includes(`\`${path}\``))).toEqual([]);
  });

  it('belong to a chart of the released version', () => {
    const { appVersion } = parse(readFileSync(`${chart}/Chart.yaml`, 'utf8')) as { appVersion: string };
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(appVersion).toBe(version);
  });
});

/** The paths of all values. An object for the operator to fill counts as one value, and so does `settings`. */
function pathsOf(values: Values, before = ''): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    const isOneValue =
      !isGroup || Object.keys(value).length === 0 || ['resources', 'settings'].includes(name);
    return isOneValue ? [before + name] : pathsOf(value as Values, `${before}${name}.`);
  });
}

function merged(values: Values, others: Values): Values {
  return Object.fromEntries(
    [...new Set([...Object.keys(values), ...Object.keys(others)])].map((name) => {
      const [value, other] = [values[name], others[name]];
      const areObjects = [value, other].every((x) => typeof x === 'object' && !Array.isArray(x));
      return [name, areObjects ? merged(value as Values, other as Values) : (other ?? value)];
    }),
  );
}
