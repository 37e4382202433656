import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const CANDIDATES = [resolve('test/fuzz/target/bin/schemathesis'), 'schemathesis'];

const PROGRAM = CANDIDATES.find((file) => spawnSync(file, ['--version']).status === 0);

if (PROGRAM === undefined) {
  const reason = 'schemathesis was not found: run test/fuzz/install-schemathesis.sh, or install it from PyPI';
  if (process.env['REQUIRE_SCHEMATHESIS'] === '1') throw new Error(reason);
  process.stderr.write(`${reason}\nThe suites that need it are skipped.\n`);
}

/** For suites that need schemathesis. With REQUIRE_SCHEMATHESIS=1 a missing program is an error. */
export const describeWithSchemathesis = PROGRAM === undefined ? describe.skip : describe;

/** Runs schemathesis in an empty directory. @returns its exit code and output. */
export async function schemathesis(
  directory: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly printed: string }> {
  const child = spawn(PROGRAM!, args, {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      SCHEMATHESIS_HOOKS: resolve('test/fuzz/schemathesis_hooks.py'),
      PYTHONDONTWRITEBYTECODE: '1',
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, printed };
}
