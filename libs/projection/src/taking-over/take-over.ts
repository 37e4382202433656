import type { GroupPosition } from '#event-log';
import { PartitionAccounts } from '../accounting/partition-accounts.js';
import { Assignment } from './assignment.js';
import { BatchWriter } from '../writing/batch-writer.js';
import { CatchUp } from './catch-up.js';
import { readLayout } from './join-group.js';
import { moveMisplaced } from '../writing/move-misplaced.js';
import type { ProjectorParts } from '../runner/projector-parts.js';
import { startPositions } from './start-positions.js';
import { checkBegunWrites, checkPositions, ProjectionRefusedError } from './store-check.js';

/** Partitions that have been taken over, and where the projector starts in each. */
export interface TakenOver {
  readonly assignment: Assignment;
  readonly positions: readonly GroupPosition[];
}

/**
 * Compares the store with the log, forgets what another owner may have changed, and finds where the store is in each of the
 * partitions.
 *
 * @param number the log's number of the assignment.
 * @param committed what the group has committed, for each of the partitions.
 * @param gaps where records are known to be missing; shared by all assignments.
 * @throws ProjectionRefusedError if store and log do not belong together.
 */
export async function takeOver(
  parts: ProjectorParts,
  number: number,
  committed: readonly GroupPosition[],
  gaps: Set<string>,
): Promise<TakenOver> {
  const { log, store, topic, projection, rules, logger } = parts;
  const obstacle = await store.obstacle();
  if (obstacle !== undefined) throw new ProjectionRefusedError(obstacle);
  const layout = await readLayout(parts);
  projection.forget();
  const [logId, offsets, stored, begun] = await Promise.all([
    log.identity(topic),
    log.offsets(topic),
    store.positions(topic),
    store.begunWrites(topic),
  ]);
  const present = { topic, identity: logId, layout, offsets, rules };
  checkPositions(present, stored);
  await checkBegunWrites(log, present, begun, stored);
  const positions = startPositions({ topic, committed, stored, offsets }, logger);
  const accounted = positions.filter(({ offset }) => offset > 0);
  const writer = new BatchWriter({
    ...parts,
    logId,
    layout,
    accounts: new PartitionAccounts(accounted, gaps),
    move: (records) => moveMisplaced(parts, records),
  });
  const catchUp = CatchUp.of({ stored, committed, offsets });
  return {
    assignment: new Assignment({ number, layout, writer, catchUp, startPositions: positions }),
    positions,
  };
}
