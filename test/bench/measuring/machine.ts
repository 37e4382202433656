import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly engine: string;
  readonly commit: string;
  readonly loadBefore: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    engine: `chdb ${packageVersion('chdb')}, lmdb ${packageVersion('lmdb')}`,
    commit: commit(),
    loadBefore: loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
  };
}

function packageVersion(name: string): string {
  let directory = createRequire(import.meta.url).resolve(name);
  do directory = directory.slice(0, directory.lastIndexOf('/'));
  while (!directory.endsWith(`/node_modules/${name}`));
  return (JSON.parse(readFileSync(`${directory}/package.json`, 'utf8')) as { version: string }).version;
}

/** The commit, marked if the working tree has changes. */
function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes';
    return git('rev-parse', '--short', 'HEAD') + changed;
  } catch {
    return 'unknown';
  }
}
