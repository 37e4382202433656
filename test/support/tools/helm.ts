import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';

const CHART = resolve('deploy/helm/statusledger');
const CANDIDATES = [resolve('deploy/helm/target/helm'), 'helm'];

/** The YAML version that Helm and Kubernetes read, in which `yes` is true. */
const YAML = { version: '1.1' } as const;

const HELM = CANDIDATES.find((file) => spawnSync(file, ['version']).status === 0);

if (HELM === undefined) {
  const reason = 'helm was not found: run deploy/helm/install-helm.sh, or install it';
  if (process.env['REQUIRE_HELM'] === '1') throw new Error(reason);
  process.stderr.write(`${reason}\nThe suites that need it are skipped.\n`);
}

/** For suites that need Helm. With REQUIRE_HELM=1 a missing Helm is an error. */
export const describeWithHelm = HELM === undefined ? describe.skip : describe;

export type Values = Readonly<Record<string, unknown>>;

export interface HelmOutcome {
  readonly succeeded: boolean;
  /** Standard output and standard error. */
  readonly printed: string;
  readonly stdout: string;
}

/** Runs `helm template` on the chart with these values. */
export function helmTemplate(values: Values, release = 'shift'): HelmOutcome {
  return helm(values, (file) => ['template', release, CHART, '--namespace', 'wfm', '--values', file]);
}

/** Runs `helm lint` on the chart with these values. */
export function helmLint(values: Values): HelmOutcome {
  return helm(values, (file) => ['lint', CHART, '--strict', '--values', file]);
}

/** The objects that `helm template` printed. @throws if it failed, or did not print YAML. */
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
