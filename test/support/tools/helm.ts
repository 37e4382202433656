import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';

const CHART = resolve('deploy/helm/statusledger');
const CANDIDATES = [resolve('deploy/helm/target/helm'), 'helm'];

/** Helm and Kubernetes read YAML of this version, in which `yes` is true. */
const YAML = { version: '1.1' } as const;

const HELM = CANDIDATES.find((file) => spawnSync(file, ['version']).status === 0);

if (HELM === undefined) {
  const reason = 'there is no helm to test the chart with: run deploy/helm/install-helm.sh, or install it';
  if (process.env['REQUIRE_HELM'] === '1') throw new Error(reason);
  process.stderr.write(`${reason}\nThe suites that need it are skipped.\n`);
}

/** For suites that need Helm; REQUIRE_HELM=1 says that they must not be skipped. */
export const describeWithHelm = HELM === undefined ? describe.skip : describe;

export type Values = Readonly<Record<string, unknown>>;

export interface HelmOutcome {
  readonly succeeded: boolean;
  /** What it printed on both outputs. */
  readonly printed: string;
  readonly stdout: string;
}

/** What `helm template` makes of the chart with these values. */
export function helmTemplate(values: Values, release = 'shift'): HelmOutcome {
  return helm(values, (file) => ['template', release, CHART, '--namespace', 'wfm', '--values', file]);
}

/** What `helm lint` says of the chart with these values. */
export function helmLint(values: Values): HelmOutcome {
  return helm(values, (file) => ['lint', CHART, '--strict', '--values', file]);
}

/** The objects in what `helm template` printed. @throws if it failed, or printed no YAML. */
export function objectsOf<T>({ succeeded, printed, stdout }: HelmOutcome): T[] {
  if (!succeeded) throw new Error(printed);
  return parseAllDocuments(stdout, YAML).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const object = document.toJS() as T | null;
    return object === null ? [] : [object];
  });
}

function helm(values: Values, argumentsWith: (valuesFile: string) => string[]): HelmOutcome {
  const directory = mkdtempSync(join(tmpdir(), 'statusledger-helm-'));
  const file = join(directory, 'values.yaml');
  try {
    writeFileSync(file, stringify(values, YAML));
    const { status, stdout, stderr } = spawnSync(HELM!, argumentsWith(file), { encoding: 'utf8' });
    return { succeeded: status === 0, printed: `${stdout}\n${stderr}`, stdout };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
