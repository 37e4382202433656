import { spawnSync } from 'node:child_process';

/** What redocly finds wrong with an API document, by the rules of redocly.yaml; warnings too. */
export function problemsOf(file: string): readonly unknown[] {
  const { stdout, stderr } = spawnSync('npx', ['redocly', 'lint', '--format=json', file], {
    encoding: 'utf8',
  });
  try {
    return (JSON.parse(stdout) as { problems: unknown[] }).problems;
  } catch (cause) {
    throw new Error(`redocly could not lint ${file}: ${stderr}`, { cause });
  }
}

/** Has redocly print what it finds. @returns whether it finds no error. */
export function isSound(file: string): boolean {
  return spawnSync('npx', ['redocly', 'lint', file], { stdio: 'inherit' }).status === 0;
}
