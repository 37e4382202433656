import { spawnSync } from 'node:child_process';

/** The problems that redocly finds in an API document by the rules of redocly.yaml, including warnings. */
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

/** Makes redocly print the problems of a document. @returns whether there is no error. */
export function isSound(file: string): boolean {
  return spawnSync('npx', ['redocly', 'lint', file], { stdio: 'inherit' }).status === 0;
}
