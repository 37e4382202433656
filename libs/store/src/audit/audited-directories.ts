import type { AuditedKind } from './comparison.js';

const OF_PART = 'cityHash64(system_id, position) % {parts:UInt32} = {part:UInt32}';
/** About what one group or agent takes in a directory; it then makes a row or a few. */
const BYTES_PER_ROW = 100;

/** What answers look up, held against the directories as they were put; a part is a share of the directories. */
export function auditedDirectories(database: string): AuditedKind {
  return {
    size: `SELECT intDiv(sum(length(body)), ${BYTES_PER_ROW}) FROM ${database}.directories`,
    values: {},
    comparisons: [
      {
        table: 'directory_groups',
        expected: membersOf(database, 'services', 'serviceGroups', 'id'),
        stored: `SELECT system_id, position, service_id, group_id
                 FROM ${database}.directory_groups FINAL WHERE ${OF_PART}`,
      },
      {
        table: 'directory_agent_groups',
        expected: membersOf(database, 'agents', 'agentGroups', 'groupId'),
        stored: `SELECT system_id, position, worker_id, group_id
                 FROM ${database}.directory_agent_groups FINAL WHERE ${OF_PART}`,
      },
    ],
  };
}

/** The ids of the directories' owners (services or agents), each with those of the groups that it lists. */
function membersOf(database: string, owners: string, groups: string, groupKey: string): string {
  return `
    SELECT DISTINCT system_id, position, JSONExtractString(owner, 'id') AS owner_id,
                    JSONExtractString(member, '${groupKey}') AS group_id
    FROM (
      SELECT system_id, position, arrayJoin(JSONExtractArrayRaw(body, '${owners}')) AS owner
      FROM ${database}.directories FINAL WHERE ${OF_PART}
    )
    ARRAY JOIN JSONExtractArrayRaw(owner, '${groups}') AS member`;
}
