import { CommandError } from '#command';
import { contactKey, timelineKey } from '#domain';
import {
  decodeContactRecord,
  decodeStatusRecord,
  Topic,
  UnreadableRecordError,
  type EventReader,
  type StoredRecord,
} from '#event-log';
import {
  ClickHouseProjectionStore,
  createStaging,
  damagedParts,
  dropParts,
  isRepairable,
  keysToRepair,
  replaceRows,
  type Difference,
  type KeysToRepair,
  type StoreConnection,
} from '#store';
import { topicProjections, rebuildFromLog, type TopicRebuild } from '#projection';

/** The differences need a rebuild; a repair of some timelines and contacts is not enough. */
export class NotRepairableError extends CommandError {
  override readonly name = 'NotRepairableError';
}

export interface RepairParts {
  readonly connection: StoreConnection;
  readonly log: EventReader;
  readonly database: string;
  readonly retentionDays: number;
  readonly stateMaxAgeMs: number;
}

/**
 * Removes the parts that cannot be read, so that the rest can be audited.
 *
 * @returns how many parts were removed.
 * @throws NotRepairableError
 */
export async function removeDamage({ connection, database }: RepairParts): Promise<number> {
  const damaged = await damagedParts(connection, database);
  const beyond = damaged.filter(({ table }) => !isRepairable(table));
  if (beyond.length > 0) {
    const tables = [...new Set(beyond.map(({ table }) => table))].join(', ');
    throw new NotRepairableError(
      `There are damaged parts in ${tables}: only 'npm run rebuild' repairs them.`,
    );
  }
  await dropParts(connection, database, damaged);
  return damaged.length;
}

/**
 * Projects the timelines and contacts that differ again from the log, by the projector's own code, and replaces all that
 * the store has of them.
 *
 * @throws NotRepairableError if something else differs.
 */
export async function repairDifferences(
  parts: RepairParts,
  differences: readonly Difference[],
  onProgress: (records: number, total: number) => void,
): Promise<KeysToRepair> {
  const { connection, log, database, retentionDays } = parts;
  const { others, ...keys } = keysToRepair(differences);
  if (others.length > 0) {
    throw new NotRepairableError(`${others[0]!.table} differs: only 'npm run rebuild' repairs it.`);
  }
  const staging = `${database}_repair`;
  await createStaging(connection, { database: staging, retentionDays });
  const store = new ClickHouseProjectionStore(connection, staging);
  await rebuildFromLog(
    log,
    store,
    () => projectionsOf(store, parts, keys),
    ({ records, total }) => onProgress(records, total),
  );
  await replaceRows(connection, database, staging, keys);
  return keys;
}

/** Projections of statuses and contacts that see only the records of the given keys. */
function projectionsOf(
  store: ClickHouseProjectionStore,
  { stateMaxAgeMs }: RepairParts,
  { timelines, contacts }: KeysToRepair,
): TopicRebuild[] {
  const wantedTimelines = new Set(
    timelines.map(([systemId, workerId, groupId]) =>
      timelineKey({ systemId: systemId!, workerId: workerId!, groupId: groupId! }),
    ),
  );
  const wantedContacts = new Set(
    contacts.map(([systemId, contactId]) => contactKey({ systemId: systemId!, contactId: contactId! })),
  );
  return topicProjections(store, { stateMaxAgeMs }).flatMap((rebuild) => {
    switch (rebuild.topic) {
      case Topic.status:
        return [
          only(rebuild, ({ value }) => wantedTimelines.has(timelineKey(decodeStatusRecord(value).event))),
        ];
      case Topic.contact:
        return [
          only(rebuild, ({ value }) => wantedContacts.has(contactKey(decodeContactRecord(value).event))),
        ];
      case Topic.personnel:
      case Topic.deadLetter:
        return [];
    }
  });
}

function only(rebuild: TopicRebuild, isWanted: (record: StoredRecord) => boolean): TopicRebuild {
  const { projection } = rebuild;
  return {
    ...rebuild,
    projection: {
      project: (records, layout) => projection.project(records.filter(readable(isWanted)), layout),
      forget: () => projection.forget(),
    },
  };
}

/** An unreadable record belongs to no timeline or contact. */
function readable(isWanted: (record: StoredRecord) => boolean) {
  return (record: StoredRecord) => {
    try {
      return isWanted(record);
    } catch (error) {
      if (error instanceof UnreadableRecordError) return false;
      throw error;
    }
  };
}
