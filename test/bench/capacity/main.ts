import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeMachine } from '../measuring/machine.js';
import { Owned } from '../owned.js';
import { tables, withTables, type Measured } from './document.js';
import { measureCosts } from './measure.js';

const PAGE = 'docs/capacity.md';
const FIGURES = 'docs/capacity.json';

const HELP = `npm run capacity -- [options]
  --from FILE    use the figures of FILE (such as ${FIGURES}) instead of measuring
  --events N     events of each kind to measure with (200000)
  --seconds N    duration of the single posts (10)
  --write        write the figures to ${FIGURES} and the tables to ${PAGE}
  --help         print this text
Measuring takes some minutes and needs Java and deploy/kafka/target/classpath.txt.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      events: { type: 'string', default: '200000' },
      seconds: { type: 'string', default: '10' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const measured =
    values.from === undefined
      ? await measure(
          integer('events', values.events, 40_000, 10_000_000),
          integer('seconds', values.seconds, 1, 600),
        )
      : (JSON.parse(readFileSync(values.from, 'utf8')) as Measured);
  process.stdout.write(`${tables(measured)}\n`);
  if (!values.write) return;
  writeFileSync(FIGURES, `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8'), measured));
}

async function measure(events: number, seconds: number): Promise<Measured> {
  const { cpu, cores, memoryGb, node, engine, loadBefore } = describeMachine();
  const owned = new Owned();
  const interrupted = () => {
    void owned.release().finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    const costs = await measureCosts(owned, { events, seconds });
    const machine = `${cpu}, ${cores} cores, ${memoryGb} GB, Node ${node}, ${engine}, load average before ${loadBefore}`;
    return { machine, eventsOfEachKind: events, costs };
  } finally {
    await owned.release();
  }
}

function integer(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`--${name} must be an integer from ${min} to ${max}`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
    process.exit(1);
  },
);
