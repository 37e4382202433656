import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readSettings, settingNames } from '#edge';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const OURS = ['receiver', 'projector', 'query'] as const;
const { services, volumes } = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as Compose;

const PROMETHEUS = readFileSync('deploy/prometheus/prometheus.yml', 'utf8');

interface Scrape {
  readonly job_name: string;
  readonly dns_sd_configs: readonly {
    readonly names: string[];
    readonly type: string;
    readonly port: number;
  }[];
  readonly authorization?: { readonly type: string; readonly credentials_file: string };
}

function scrapesOf(text: string): readonly Scrape[] {
  return (parse(text) as { scrape_configs: Scrape[] }).scrape_configs;
}

/** The environment of a service without any variables of the shell. */
function environmentOf(name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(services[name]!.environment ?? {}).map(([variable, value]) => [
      variable,
      withDefaults(String(value)),
    ]),
  );
}

function withDefaults(text: string): string {
  return text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
}

describe('compose', () => {
  it.each(OURS)('gives %s known and valid settings', (name) => {
    const environment = environmentOf(name);
    expect(Object.keys(environment).filter((variable) => !settingNames().includes(variable))).toEqual([]);
    expect(readSettings(environment)).toMatchObject({ HOST: '0.0.0.0', PORT: 8080, ALLOW_ANONYMOUS: '1' });
  });

  it('gives each app the addresses of the log and store that it uses', () => {
    const whereOf = (name: string) => {
      const { KAFKA_BROKERS, CLICKHOUSE_URL } = readSettings(environmentOf(name));
      return { log: KAFKA_BROKERS, store: CLICKHOUSE_URL };
    };
    const [log, store] = [['kafka:9092'], 'http://clickhouse:8123'];
    expect(whereOf('receiver')).toEqual({ log, store: undefined });
    expect(whereOf('projector')).toEqual({ log, store });
    expect(whereOf('query')).toEqual({ log, store });
    expect(services['kafka']!.environment!['KAFKA_ADVERTISED_LISTENERS']).toBe(`PLAINTEXT://${log[0]}`);
  });

  it('gives the store and its clients the same user and password', () => {
    const { CLICKHOUSE_USER: username, CLICKHOUSE_PASSWORD: password } = environmentOf('clickhouse');
    for (const name of ['projector', 'query']) {
      expect(environmentOf(name)).toMatchObject({
        CLICKHOUSE_USERNAME: username,
        CLICKHOUSE_PASSWORD: password,
      });
    }
  });

  it.each(OURS)('runs %s, but not as root', (name) => {
    expect(services[name]!.command).toEqual([name]);
    expect(services[name]!.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('checks the health of every container', () => {
    const unchecked = Object.entries(services).filter(([, { healthcheck }]) => healthcheck === undefined);
    expect(unchecked.map(([name]) => name)).toEqual([]);
    for (const name of OURS) {
      expect(services[name]!.healthcheck!.test).toEqual(['CMD', 'node', '/app/health.mjs', 'ready']);
    }
  });

  it('waits for existing services on valid conditions', () => {
    for (const { depends_on } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(depends_on ?? {})) {
        expect(Object.keys(services)).toContain(name);
        expect(['service_started', 'service_healthy']).toContain(condition);
      }
    }
  });

  it('publishes each port once, and on the loopback address only', () => {
    const ports = Object.values(services).flatMap(({ ports = [] }) => ports.map(withDefaults));
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
  });

  it('pins the version of every image', () => {
    for (const { image } of Object.values(services)) {
      expect(withDefaults(image)).toMatch(/:(?!latest$)[\w.-]+$/);
    }
  });

  it('declares the volumes that are used, and gives each receiver its own', () => {
    const sources = Object.values(services)
      .flatMap(({ volumes = [] }) => volumes)
      .filter((volume) => volume.includes(':'))
      .map((volume) => volume.split(':')[0]!);
    expect(sources.filter((source) => !source.startsWith('.')).sort()).toEqual(Object.keys(volumes).sort());
    expect(services['receiver']!.volumes).toEqual([environmentOf('receiver')['DATA_DIR']]);
  });
});

describe('compose with keys', () => {
  const keyed = parse(readFileSync('deploy/compose.keys.yaml', 'utf8')) as Compose;

  it.each(OURS)('makes %s use the keys of a read-only mount', (name) => {
    const { environment, volumes = [] } = keyed.services[name]!;
    const settings = readSettings({ ...environmentOf(name), ...(environment as Record<string, string>) });
    expect(settings).toMatchObject({ HOST: '0.0.0.0', API_KEYS_FILE: '/etc/statusledger/keys/keys.json' });
    expect(settings.ALLOW_ANONYMOUS).toBeUndefined();
    expect(volumes).toEqual([expect.stringMatching(/^\$\{\w+:\?.*\}:\/etc\/statusledger\/keys:ro$/)]);
  });

  it('only changes existing services', () => {
    expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(keyed.services)));
  });

  it('mounts the key of the scrapes where Prometheus looks for it', () => {
    const [file] = keyed.services['prometheus']!.volumes!;
    for (const { authorization } of scrapesOf(PROMETHEUS.replace(/^( +)# (?=authorization:)/gm, '$1'))) {
      expect(authorization!.type).toBe('Bearer');
      expect(file).toMatch(new RegExp(`:${authorization!.credentials_file}:ro$`));
    }
    expect(scrapesOf(PROMETHEUS).filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });
});

describe('monitoring with compose', () => {
  it('scrapes every replica of every app', () => {
    const scrape_configs = scrapesOf(PROMETHEUS);
    const targets = scrape_configs.map(({ job_name, dns_sd_configs: [found] }) => [job_name, found]);
    expect(targets).toEqual(
      OURS.map((name) => [name, expect.objectContaining({ names: [name], type: 'A', port: 8080 })]),
    );
  });

  it('has Prometheus as the data source of Grafana', () => {
    const { datasources } = parse(
      readFileSync('deploy/grafana/provisioning/datasources/prometheus.yaml', 'utf8'),
    ) as { datasources: { type: string; url: string }[] };
    expect(datasources).toEqual([
      expect.objectContaining({ type: 'prometheus', url: 'http://prometheus:9090' }),
    ]);
    expect(services).toHaveProperty('prometheus');
  });
});
