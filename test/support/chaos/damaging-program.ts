import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Topic } from '#event-log';
import { SeededRandom } from '#oracle';
import { EmbeddedEventLog } from '../../../libs/event-log/src/embedded/embedded-event-log.js';

// Damages copies of a log, reads each of them completely and prints the outcome of each on a line. It is a separate
// program, since damage to LMDB's own pages can crash the process.

const [source, scratch, seed, firstTrial, lastTrial] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];

/** Digest of all records that a reader of the log sees. */
async function digestOf(directory: string): Promise<string> {
  const log = new EmbeddedEventLog({ directory });
  const hash = createHash('sha256');
  try {
    for (const topic of Object.values(Topic)) {
      for (const { partition, begin, end } of await log.offsets(topic)) {
        for (let offset = begin; offset < end;) {
          const records = await log.read(topic, partition, offset, 100);
          if (records.length === 0) throw new Error(`${topic}/${partition} ends at ${offset}, not at ${end}`);
          for (const record of records) hash.update(`${topic}${JSON.stringify(record)}\n`);
          offset = records.at(-1)!.offset + 1;
        }
      }
    }
  } finally {
    await log.close();
  }
  return hash.digest('hex');
}

/** Changes 1 to 16 bytes, in a run or scattered. */
function damage(file: string, random: SeededRandom): void {
  const bytes = readFileSync(file);
  const count = random.integer(1, 16);
  const isRun = random.next() < 0.5;
  const at = random.integer(0, bytes.length - count);
  for (let i = 0; i < count; i++) {
    const place = isRun ? at + i : random.integer(0, bytes.length - 1);
    bytes[place]! ^= random.integer(1, 255);
  }
  writeFileSync(file, bytes);
}

for (let trial = Number(firstTrial); trial <= Number(lastTrial); trial++) {
  const copy = mkdtempSync(join(scratch, `trial-${trial}-`));
  cpSync(source, copy, { recursive: true });
  if (trial > 0) damage(join(copy, 'data.mdb'), new SeededRandom(`${seed} ${trial}`));
  process.stdout.write(`${trial} begins\n`);
  const result = await digestOf(copy).catch((error: Error) => error.name);
  process.stdout.write(`${trial} ${result}\n`);
  rmSync(copy, { recursive: true });
}
