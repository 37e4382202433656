import { newestGeneration, type TopicLayout } from './partition-layout.js';

/** The topic's partitions do not match its layout, or are being added to: nothing may be projected. */
export class UnstableLayoutError extends Error {
  override readonly name = 'UnstableLayoutError';
}

/**
 * @param run the run on whose behalf the caller acts, if that is the one that adds partitions.
 * @throws UnstableLayoutError saying what to run.
 */
export function checkLayoutStable(topic: string, layout: TopicLayout, run?: string): void {
  const { growth, partitions } = layout;
  if (growth !== undefined && growth.run === run) return;
  const recorded = newestGeneration(layout).partitions;
  if (growth === undefined && partitions === recorded) return;
  const wanted = growth?.partitions ?? Math.max(partitions, recorded);
  throw new UnstableLayoutError(
    `${topic} has ${partitions} partitions, and its layout ${growth === undefined ? recorded : `is being changed to ${wanted}`}: ` +
      `stop the projectors and run 'npm run add-partitions -- --topic ${shortName(topic)} --partitions ${wanted}'`,
  );
}

function shortName(topic: string): string {
  return topic.split('.')[1] ?? topic;
}
