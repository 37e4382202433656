import { CommandError } from '#command';
import { newestGeneration, virtualPartitions, type TopicLayout } from '#event-log';
import { MAX_VIRTUAL_PARTITIONS } from '#projection';

/** The partitions cannot be added; the message says why and what to do. */
export class ExpansionRefusedError extends CommandError {
  override readonly name = 'ExpansionRefusedError';
}

/** What is left to do until a topic has the wanted partitions. */
export type ExpansionStep = 'everything' | 'adding the partitions' | 'nothing';

/**
 * Decides whether a topic can grow to the wanted partitions, and what an earlier run left to do.
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
      `${topic} would reach ${total} partitions over all its generations; the limit is ${MAX_VIRTUAL_PARTITIONS}`,
    );
  }
  return 'everything';
}

/**
 * Something else added partitions. If their number is a multiple of the old one, each timeline stayed where it was or moved
 * to a new partition, where nothing is projected yet; otherwise it may have moved between old ones unnoticed.
 */
function checkForeignGrowth(topic: string, noted: number, partitions: number, wanted: number): void {
  if (partitions === wanted && wanted % noted === 0) return;
  throw new ExpansionRefusedError(
    partitions === wanted
      ? `${topic} was given ${partitions} partitions by something else; that is not a multiple of the ${noted} that it had, and cannot be repaired. See docs/operations.md`
      : `${topic} was given ${partitions} partitions by something else: finish that first, with --partitions ${partitions}`,
  );
}
