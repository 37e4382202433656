import { parseArgs } from 'node:util';

export const FIGURE_NAMES = [
  'receive',
  'receive-contact',
  'project',
  'fold',
  'query',
  'memory',
  'groups',
  'online-load',
  'agent-status',
  'kafka',
  'kafka-project',
  'kafka-outage',
] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

export interface BenchOptions {
  readonly json: boolean;
  readonly only: readonly FigureName[];
  /** Duration of each measured load. */
  readonly seconds: number;
  readonly seed: number;
  /** Intervals in the store of `query` and `memory`. */
  readonly intervals: number;
  /** Legs in the store of `groups`. */
  readonly legs: number;
  /** Duration of the store's outage in `kafka-outage`. */
  readonly outageSeconds: number;
}

/** Figures that need Java and a download. */
const NEEDS_KAFKA: readonly FigureName[] = ['kafka', 'kafka-project', 'kafka-outage'];

export const HELP = `npm run bench -- [options]
  --only NAMES     comma-separated figures out of ${FIGURE_NAMES.join(', ')};
                   default: all but those of Kafka, which need Java and deploy/kafka/target/classpath.txt
  --seconds N      duration of each measured load (10)
  --seed N         seed of all random choices (1)
  --intervals N    intervals in the store of query and memory (20000000)
  --legs N         legs in the store of groups (20000000)
  --outage-seconds N  duration of the outage in kafka-outage (60)
  --json           print the report as JSON
  --help           print this text
Progress goes to standard error, the report to standard output.
`;

/** The command line is invalid. */
export class UsageError extends Error {}

/** @returns `undefined` if only help is requested. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  return {
    json: values.json,
    only: readNames(values.only),
    seconds: readNumber('seconds', values.seconds, 1, 600),
    seed: readNumber('seed', values.seed, 0, 2 ** 32 - 1),
    intervals: readNumber('intervals', values.intervals, 1_000_000, 200_000_000),
    legs: readNumber('legs', values.legs, 1_000_000, 200_000_000),
    outageSeconds: readNumber('outage-seconds', values['outage-seconds'], 1, 600),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: {
          type: 'string',
          default: FIGURE_NAMES.filter((name) => !NEEDS_KAFKA.includes(name)).join(','),
        },
        seconds: { type: 'string', default: '10' },
        seed: { type: 'string', default: '1' },
        intervals: { type: 'string', default: '20000000' },
        legs: { type: 'string', default: '20000000' },
        'outage-seconds': { type: 'string', default: '60' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readNames(list: string): FigureName[] {
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !(FIGURE_NAMES as readonly string[]).includes(name));
  if (unknown.length > 0) throw new UsageError(`unknown figures: ${unknown.join(', ')}`);
  return names as FigureName[];
}

function readNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be an integer from ${min} to ${max}`);
}
