import { newestGeneration, type TopicLayout } from './partition-layout.js';

/** The partitions of a topic are not what its layout says, or are being added to: nothing may be projected. */
export class UnstableLayoutError extends Error {
  override readonly name = 'UnstableLayoutError';
}

/**
 * @param run the run that adds partitions, if that is who asks.
 * @throws UnstableLayoutError saying what to run.
 */
export function checkLayoutStable(topic: string, layout: TopicLayout, run?: string): void {
  const { growth, partitions } = layout;
  if (growth !== undefined && growth.run === run) return;
  const noted = newestGeneration(layout).partitions;
  if (growth === undefined && partitions === noted) return;
  const wanted = growth?.partitions ?? Math.max(partitions, noted);
  throw new UnstableLayoutError(
    `${topic} has ${partitions} partitions, and its layout ${growth === undefined ? noted : `is being changed to ${wanted}`}: ` +
      `stop the projectors and run 'npm run add-partitions -- --topic ${shortName(topic)} --partitions ${wanted}'`,
  );
}

function shortName(topic: string): string {
  return topic.split('.')[1] ?? topic;
}
