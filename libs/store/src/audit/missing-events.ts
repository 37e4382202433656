import type { ContactEvent, StatusEvent } from '#domain';
import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues } from '../connection/values.js';
import { boundTime } from '../queries/json-sql.js';
import { auditedContacts } from './audited-contacts.js';
import { auditedStatuses } from './audited-statuses.js';
import { ofKeys, type AuditedKeys, type Difference } from './comparison.js';

/** Events as the log has them, of one kind each. */
export type LoggedEvents =
  | { readonly kind: 'status'; readonly events: readonly StatusEvent[] }
  | { readonly kind: 'contact'; readonly events: readonly ContactEvent[] };

export interface MissingEventsOptions {
  readonly database: string;
  /** Older events may be gone from the store. Milliseconds since the Unix epoch. */
  readonly sinceMs: number;
}

/** Events looked up at a time: their values are bound, and the events of their timelines and times are read. */
const EVENTS_PER_LOOK = 5_000;

/**
 * The events of the log that are missing from the store's raw events, as differences of the raw tables. This is the one
 * kind of loss that the store cannot show by itself.
 */
export async function missingEvents(
  connection: StoreConnection,
  logged: LoggedEvents,
  options: MissingEventsOptions,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  const rows =
    logged.kind === 'status'
      ? logged.events.filter(({ actionTime }) => actionTime >= options.sinceMs).map(statusRow)
      : logged.events.filter(({ actionTime }) => actionTime >= options.sinceMs).map(contactRow);
  for (let start = 0; start < rows.length; start += EVENTS_PER_LOOK) {
    const slice = rows.slice(start, start + EVENTS_PER_LOOK);
    differences.push(...(await missingAmong(connection, logged.kind, slice, options.database)));
  }
  return differences;
}

/** The identity of an event: its time, then texts that begin with the key of its timeline or contact. */
type IdentityRow = readonly [actionTime: number, ...texts: string[]];

function statusRow(event: StatusEvent): IdentityRow {
  const { systemId, workerId, groupId, actionTime, action, stateCode } = event;
  return [actionTime, systemId, workerId, groupId, action, stateCode];
}

function contactRow(event: ContactEvent): IdentityRow {
  const { systemId, contactId, actionTime, action, groupId, workerId } = event;
  return [actionTime, systemId, contactId, action, groupId, workerId];
}

const RAW = {
  status: {
    table: 'status_events',
    keys: auditedStatuses('', 0).keys!,
    columns: ['system_id', 'worker_id', 'group_id', 'action', 'state_code'],
  },
  contact: {
    table: 'contact_events',
    keys: auditedContacts('').keys!,
    columns: ['system_id', 'contact_id', 'action', 'group_id', 'worker_id'],
  },
} as const satisfies Record<string, { table: string; keys: AuditedKeys; columns: readonly string[] }>;

async function missingAmong(
  connection: StoreConnection,
  kind: keyof typeof RAW,
  rows: readonly IdentityRow[],
  database: string,
): Promise<Difference[]> {
  const { table, keys, columns } = RAW[kind];
  const bound = columns.map((_, index) => `{key${index}:Array(String)}`);
  const stored = columns.map((column) => `toString(${column})`).join(', ');
  const found = await connection.rows<[number]>(
    `SELECT i FROM (SELECT arrayJoin(arrayEnumerate({times:Array(Int64)})) AS i)
     WHERE ({times:Array(Int64)}[i], ${bound.map((array) => `${array}[i]`).join(', ')}) NOT IN (
       SELECT toUnixTimestamp64Milli(action_time), ${stored} FROM ${database}.${table}
       WHERE ${ofKeys(keys)} AND action_time >= ${boundTime('first')} AND action_time <= ${boundTime('last')})`,
    boundRows(rows, columns.length),
  );
  return found.map(([i]) => {
    const [actionTime, ...texts] = rows[i - 1]!;
    return { table, side: 'missing', row: [...texts, new Date(actionTime).toISOString()] };
  });
}

function boundRows(rows: readonly IdentityRow[], columns: number): BoundValues {
  const times = rows.map(([actionTime]) => actionTime);
  const texts = Array.from({ length: columns }, (_, index) => [
    `key${index}`,
    rows.map((row) => row[index + 1] as string),
  ]);
  const ends = times.reduce(([first, last], time) => [Math.min(first, time), Math.max(last, time)] as const, [
    Infinity,
    -Infinity,
  ] as readonly [number, number]);
  return { ...(Object.fromEntries(texts) as BoundValues), times, first: ends[0], last: ends[1] };
}
