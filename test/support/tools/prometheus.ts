import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { eventually, request } from '../http/service-client.js';

const PROGRAMS = ['prometheus', 'promtool'];
const START_TIMEOUT_MS = 60_000;

/** The directory of the rules. */
export const RULES = resolve('deploy/prometheus/rules');

const MISSING = PROGRAMS.filter((program) => spawnSync(program, ['--version']).status !== 0);

if (MISSING.length > 0) {
  const reason = `${MISSING.join(' and ')} not found: install Debian's package prometheus`;
  if (process.env['REQUIRE_PROMETHEUS'] === '1') throw new Error(reason);
  process.stderr.write(`${reason}\nThe suites that need it are skipped.\n`);
}

/** For suites that need Prometheus. With REQUIRE_PROMETHEUS=1 a missing program is an error. */
export const describeWithPrometheus = MISSING.length === 0 ? describe : describe.skip;

/** Runs `promtool`. */
export function promtool(...args: string[]): { readonly status: number | null; readonly printed: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, printed: stdout + stderr };
}

/** One series of an answer. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A rule as Prometheus reports it. */
export interface LoadedRule {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
  readonly state?: string;
}

/** A Prometheus with our rules that scrapes the given services every second. */
export class Prometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    private readonly url: string,
  ) {}

  static async start(services: readonly string[]): Promise<Prometheus> {
    const directory = mkdtempSync(join(tmpdir(), 'statusledger-prometheus-'));
    const port = await freePort();
    const config = join(directory, 'prometheus.yml');
    writeFileSync(config, configuration(services));
    const log = join(directory, 'output.log');
    const child = spawn(
      'sh',
      [
        '-c',
        'exec prometheus "$@" >> "$0" 2>&1',
        log,
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const prometheus = new Prometheus(child, directory, `http://127.0.0.1:${port}`);
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended:\n${readFileSync(log, 'utf8')}`);
      return (await prometheus.isReady()) && (await prometheus.query('sum(up)')).length === 1;
    }, START_TIMEOUT_MS);
    return prometheus;
  }

  /** The answer to an instant query. */
  async query(expr: string): Promise<readonly Sample[]> {
    const { status, body } = await request(`${this.url}/api/v1/query?query=${encodeURIComponent(expr)}`);
    const answer = JSON.parse(body.toString()) as { data: { result: Sample[] }; error?: string };
    if (status !== 200) throw new Error(`${expr}: ${answer.error}`);
    return answer.data.result;
  }

  async rules(): Promise<readonly LoadedRule[]> {
    const answer = (await request(`${this.url}/api/v1/rules`)).json() as {
      data: { groups: { rules: LoadedRule[] }[] };
    };
    return answer.data.groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await exited;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  private isReady(): Promise<boolean> {
    return request(`${this.url}/-/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
  }
}

function configuration(services: readonly string[]): string {
  return stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [join(RULES, '*.yaml')],
    scrape_configs: [
      {
        job_name: 'statusledger',
        static_configs: [{ targets: services.map((service) => new URL(service).host) }],
      },
    ],
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
