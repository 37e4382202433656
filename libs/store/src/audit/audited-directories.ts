import type { AuditedKind } from './comparison.js';

/** Roughly the bytes that one group or agent takes in a directory. Each makes one row or a few. */
const BYTES_PER_ROW = 100;

/** What answers look up, compared with the directories as they were put. A part is a share of the directories. */
export function auditedDirectories(database: string): AuditedKind {
  return {
    size: `SELECT intDiv(sum(length(body)), ${BYTES_PER_ROW}) FROM ${database}.directories`,
    ofPart: 'cityHash64(system_id, position) % {parts:UInt32} = {part:UInt32}',
    values: {},
    keys: undefined,
    comparisonsOf: (condition) => [
      {
        table: 'directory_groups',
        expected: membersOf(database, condition, 'services', 'serviceGroups', 'id'),
        stored: `SELECT system_id, position, service_id, group_id
                 FROM ${database}.directory_groups FINAL WHERE ${condition}`,
      },
      {
        table: 'directory_agent_groups',
        expected: membersOf(database, condition, 'agents', 'agentGroups', 'groupId'),
        stored: `SELECT system_id, position, worker_id, group_id
                 FROM ${database}.directory_agent_groups FINAL WHERE ${condition}`,
      },
    ],
  };
}

/** The ids of the owners in directories (services or agents), each with the groups that it lists. */
function membersOf(
  database: string,
  condition: string,
  owners: string,
  groups: string,
  groupKey: string,
): string {
  return `
    SELECT DISTINCT system_id, position, JSONExtractString(owner, 'id') AS owner_id,
                    JSONExtractString(member, '${groupKey}') AS group_id
    FROM (
      SELECT system_id, position, arrayJoin(JSONExtractArrayRaw(body, '${owners}')) AS owner
      FROM ${database}.directories FINAL WHERE ${condition}
    )
    ARRAY JOIN JSONExtractArrayRaw(owner, '${groups}') AS member`;
}
