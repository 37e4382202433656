import { parseArgs } from 'node:util';
import { Topic, type TopicName } from '#event-log';

/** The topics that partitions can be added to: those of the events that come in numbers. */
export const GROWABLE_TOPICS = { status: Topic.status, contact: Topic.contact } as const;

export interface GrowthOptions {
  readonly topics: readonly TopicName[];
  /** How many partitions each is to have. */
  readonly partitions: number;
}

export const USAGE = `Usage: npm run add-partitions -- --partitions N [--topic status|contact|all]

Has the topics of events on Kafka have N partitions. Stop all projectors first; receivers and queries go on. What is in
the log is projected up to now, then the partitions are added. If it is broken off, the same command goes on.

  --partitions N     how many partitions there are to be, more than there are
  --topic TOPIC      status, contact or all; all without
  --help             this text
`;

/** Thrown for options that cannot be understood. */
export class GrowthUsageError extends Error {
  override readonly name = 'GrowthUsageError';
}

const OPTIONS = {
  partitions: { type: 'string' },
  topic: { type: 'string', default: 'all' },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Reads the command line.
 *
 * @returns `'help'` if that is what was asked for.
 * @throws GrowthUsageError
 */
export function parseGrowthOptions(args: readonly string[]): GrowthOptions | 'help' {
  const { partitions, topic, help } = parse(args);
  if (help) return 'help';
  if (partitions === undefined) throw new GrowthUsageError('say with --partitions how many there are to be');
  if (!/^[1-9]\d{0,3}$/.test(partitions)) {
    throw new GrowthUsageError(`--partitions must be a whole number, not "${partitions}"`);
  }
  return { topics: topicsCalled(topic), partitions: Number(partitions) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new GrowthUsageError((error as Error).message);
  }
}

function topicsCalled(name: string): readonly TopicName[] {
  if (name === 'all') return Object.values(GROWABLE_TOPICS);
  if (name === 'status' || name === 'contact') return [GROWABLE_TOPICS[name]];
  throw new GrowthUsageError(`--topic must be status, contact or all, not "${name}"`);
}
