import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SeededRandom } from '#oracle';
import { Topic, type TopicName } from '../topics.js';
import { EmbeddedEventLog } from './embedded-event-log.js';

const seed = process.env['FC_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
/** Set `DAMAGES` to run more trials. */
const damages = Number(process.env['DAMAGES'] ?? 300);
const PROGRAM = resolve('dist/test/support/chaos/damaging-program.js');
const LONGEST_TRIAL_MS = 20_000;

/** A log with batches of all sizes, the first of which were removed. */
async function makeLog(directory: string): Promise<void> {
  const random = new SeededRandom(`log ${seed}`);
  const log = new EmbeddedEventLog({ directory });
  const topics: readonly TopicName[] = [Topic.status, Topic.contact, Topic.deadLetter];
  for (let append = 0; append < 150; append++) {
    const records = Array.from({ length: random.integer(1, 12) }, (_, i) => ({
      key: `key ${random.integer(0, 50)}`,
      value: JSON.stringify({ append, i, text: 'x'.repeat(random.integer(0, 400)) }),
    }));
    await log.append(topics[random.integer(0, 2)]!, records);
  }
  await log.removeBefore(Topic.status, 0, 20);
  await log.close();
}

/** Runs all trials. If one ends the process, another process continues with the next trial. */
function runTrials(source: string, scratch: string): { results: Map<number, string>; ended: number } {
  const results = new Map<number, string>();
  let ended = 0;
  for (let next = 0; next <= damages;) {
    const args = [PROGRAM, source, scratch, seed, String(next), String(damages)];
    const { stdout, status } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: LONGEST_TRIAL_MS * 20,
    });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    for (const [trial, result] of lines) if (result !== 'begins') results.set(Number(trial), result!);
    if (status === 0) break;
    next = Number(lines.at(-1)?.[0] ?? next) + 1;
    ended++;
  }
  return { results, ended };
}

describe(`a log whose file is damaged ${damages} times (FC_SEED=${seed})`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'statusledger-damage-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  it('returns exactly the records that were appended, or reports that it is damaged', async () => {
    const source = join(directory, 'log');
    await makeLog(source);
    const { results, ended } = runTrials(source, directory);
    const whole = results.get(0);
    const counts = { right: 0, refused: 0, ended };
    const wrong: string[] = [];
    for (const [trial, result] of results) {
      if (result === whole) counts.right++;
      else if (/^\w+Error$/.test(result)) counts.refused++;
      else wrong.push(`${trial}: ${result}`);
    }
    expect(whole).toMatch(/^[0-9a-f]{64}$/);
    expect(wrong).toEqual([]);
    expect(counts.right + counts.refused + ended).toBe(damages + 1);
    expect(counts.refused).toBeGreaterThan(damages / 20);
  }, 600_000);
});
