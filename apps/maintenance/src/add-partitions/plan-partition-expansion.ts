import { CommandError } from '#command';
import { newestGeneration, virtualPartitions, type TopicLayout } from '#event-log';
import { MAX_VIRTUAL_PARTITIONS } from '#projection';

/** Partitions cannot be added as was asked for; the message says why, and what can be done. */
export class ExpansionRefusedError extends CommandError {
  override readonly name = 'ExpansionRefusedError';
}

/** What is left to do for a topic to have so many partitions. */
export type ExpansionStep = 'everything' | 'adding the partitions' | 'nothing';

/**
 * Judges whether a topic can come to have so many partitions, and what an earlier run has left to do.
 *
 * @throws ExpansionRefusedError
 */
export function planPartitionExpansion(topic: string, layout: TopicLayout, wanted: number): ExpansionStep {
  const { generations, growth, partitions } = layout;
  const noted = newestGeneration(layout).partitions;
  if (growth !== undefined && growth.partitions !== wanted) {
    throw new ExpansionRefusedError(
      `${topic} is being given ${growth.partitions} partitions: finish that first, with --partitions ${growth.partitions}`,
    );
  }
  if (partitions < noted && wanted !== noted) {
    throw new ExpansionRefusedError(
      `${topic} was being given ${noted} partitions: finish that first, with --partitions ${noted}`,
    );
  }
  if (wanted === noted && partitions < noted) return 'adding the partitions';
  if (wanted === noted && partitions === noted) return 'nothing';
  if (wanted < Math.max(noted, partitions)) {
    throw new ExpansionRefusedError(
      `${topic} has ${Math.max(noted, partitions)} partitions; they cannot become fewer`,
    );
  }
  if (partitions > noted) checkForeignGrowth(topic, noted, partitions, wanted);
  const total = virtualPartitions(generations) + wanted;
  if (total > MAX_VIRTUAL_PARTITIONS) {
    throw new ExpansionRefusedError(
      `${topic} would have had ${total} partitions, those that it had before counted again; ${MAX_VIRTUAL_PARTITIONS} are the limit`,
    );
  }
  return 'everything';
}

/**
 * Partitions that something else has added. Where their number is a multiple, a timeline has either stayed where it was or
 * moved to a new partition, of which nothing was projected yet; otherwise it may have moved between old ones unnoticed.
 */
function checkForeignGrowth(topic: string, noted: number, partitions: number, wanted: number): void {
  if (partitions === wanted && wanted % noted === 0) return;
  throw new ExpansionRefusedError(
    partitions === wanted
      ? `${topic} was given ${partitions} partitions by something else; that is no multiple of the ${noted} that it had, and cannot be made up for. See docs/operations.md`
      : `${topic} was given ${partitions} partitions by something else: finish that first, with --partitions ${partitions}`,
  );
}
