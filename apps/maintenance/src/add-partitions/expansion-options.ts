import { createCommand, parseArguments, UsageError } from '#command';
import { Topic, type TopicName } from '#event-log';

/** How users start the command. */
export const INVOCATION = 'npm run add-partitions --';

/** The topics that partitions can be added to: those of events, which are the large ones. */
export const GROWABLE_TOPICS = { status: Topic.status, contact: Topic.contact } as const;

export interface ExpansionOptions {
  readonly topics: readonly TopicName[];
  /** How many partitions each is to have. */
  readonly partitions: number;
}

/**
 * Reads the command line.
 *
 * @throws UsageError
 */
export function parseExpansionOptions(args: readonly string[]): ExpansionOptions {
  const { partitions, topic } = parseArguments(commandLine(), args).options;
  if (partitions === undefined) throw new UsageError('say with --partitions how many there are to be');
  if (!/^[1-9]\d{0,3}$/.test(partitions)) {
    throw new UsageError(`--partitions must be a whole number, not "${partitions}"`);
  }
  return { topics: topicsCalled(topic), partitions: Number(partitions) };
}

function commandLine() {
  return createCommand({
    invocation: INVOCATION,
    summary: `
Increases the event topics on Kafka to N partitions. Stop all projectors first; receivers and queries keep running. The
command projects what is in the log so far, then adds the partitions. If it is interrupted, the same command continues.`,
    sections: {
      'Exit codes:': {
        '0': 'the topics have the partitions',
        '1': 'failed, or refused',
        '2': 'the command line is wrong',
        '130': 'interrupted',
      },
    },
  })
    .option('--partitions <n>', 'how many partitions each topic is to have, more than it has now')
    .option('--topic <topic>', 'status, contact or all', 'all');
}

function topicsCalled(name: string): readonly TopicName[] {
  if (name === 'all') return Object.values(GROWABLE_TOPICS);
  if (name === 'status' || name === 'contact') return [GROWABLE_TOPICS[name]];
  throw new UsageError(`--topic must be status, contact or all, not "${name}"`);
}
