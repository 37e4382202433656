import type { EventReader, TopicName } from '#event-log';
import type { ProjectionStore } from '#store';
import { checkBegunWrites, checkLastRecord, checkPositions, ProjectionRefusedError } from './store-check.js';

/** What {@link compareStoreWithLog} reads. */
export interface StoreAndLog {
  readonly store: Pick<ProjectionStore, 'positions' | 'begunWrites' | 'obstacle'>;
  readonly log: Pick<EventReader, 'identity' | 'layout' | 'offsets' | 'read'>;
  /** The topics, each with the rules that it is projected by now. */
  readonly topics: readonly { readonly topic: TopicName; readonly rules: string }[];
}

/**
 * Compares store and log as projectors do before they begin.
 *
 * @returns why they do not belong together, and what to do; `undefined` if they do.
 */
export async function compareStoreWithLog({ store, log, topics }: StoreAndLog): Promise<string | undefined> {
  const obstacle = await store.obstacle();
  if (obstacle !== undefined) return obstacle;
  try {
    for (const { topic, rules } of topics) await compareTopic(store, log, topic, rules);
    return undefined;
  } catch (error) {
    if (error instanceof ProjectionRefusedError) return error.message;
    throw error;
  }
}

async function compareTopic(
  store: StoreAndLog['store'],
  log: StoreAndLog['log'],
  topic: TopicName,
  rules: string,
): Promise<void> {
  const [identity, layout, offsets] = [
    await log.identity(topic),
    await log.layout(topic),
    await log.offsets(topic),
  ];
  const present = { topic, identity, layout, offsets, rules };
  const positions = await store.positions(topic);
  checkPositions(present, positions);
  await checkBegunWrites(log, present, await store.begunWrites(topic), positions);
  for (const position of positions) {
    const begin = offsets.find(({ partition }) => partition === position.partition)?.begin ?? 0;
    if (position.offset === 0 || begin >= position.offset) continue;
    const [record] = await log.read(topic, position.partition, position.offset - 1, 1);
    if (record !== undefined) checkLastRecord(position, record);
  }
}
