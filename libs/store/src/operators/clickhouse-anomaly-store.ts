import { compareEvents, type ContactAction, type StatusAction } from '#domain';
import {
  EVENTS_AROUND,
  EVENTS_AT_INSTANT,
  type AnomalyFilter,
  type AnomalyStore,
  type ListedAnomaly,
} from './anomaly-store.js';
import { permittedCondition } from './clickhouse-dead-letter-store.js';
import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues } from '../connection/values.js';
import type { ReceivedContactEvent, ReceivedStatusEvent } from '../projection/projection-store.js';
import { boundTime } from '../queries/json-sql.js';
import type { Asker } from '../questions/asker.js';

export class ClickHouseAnomalyStore implements AnomalyStore {
  private readonly connection: StoreConnection;

  constructor(
    connection: StoreConnection,
    private readonly database: string,
  ) {
    this.connection = connection.forQuestion('small');
  }

  askedBy(asker: Asker): ClickHouseAnomalyStore {
    return new ClickHouseAnomalyStore(this.connection.askedBy(asker), this.database);
  }

  async anomalies(
    filter: AnomalyFilter,
    after: ListedAnomaly | undefined,
    limit: number,
  ): Promise<ListedAnomaly[]> {
    const { conditions, values } = conditionsOf(filter, after);
    const rows = await this.connection.rows<AnomalyRow>(
      `SELECT ${IDENTITY} FROM (${listed(this.database)}) WHERE ${conditions.join(' AND ')}
       ORDER BY ${NEWEST_FIRST} LIMIT {limit:UInt32}`,
      { ...values, limit },
    );
    return rows.map(anomalyOf);
  }

  async statusEventsAround(anomaly: ListedAnomaly): Promise<ReceivedStatusEvent[]> {
    const { systemId, agentId, groupId, at } = anomaly;
    const rows = await this.connection.rows<StatusRow>(
      around(
        `SELECT toUnixTimestamp64Milli(action_time) AS time, toString(action), state_code, state_name,
                toUnixTimestamp64Milli(received_at), position
         FROM ${this.database}.status_events FINAL
         WHERE system_id = {system:String} AND worker_id = {agent:String} AND group_id = {group:String}`,
      ),
      { system: systemId, agent: agentId, group: groupId, ...aroundValues(at) },
    );
    const events = rows.map(([actionTime, action, stateCode, stateName, receivedAt, position]) => ({
      systemId,
      workerId: agentId,
      groupId,
      actionTime,
      action: action as StatusAction,
      stateCode,
      stateName,
      receivedAt,
      position,
    }));
    return events.sort(compareEvents);
  }

  async contactEventsAround(anomaly: ListedAnomaly): Promise<ReceivedContactEvent[]> {
    const { systemId, contactId, at } = anomaly;
    const rows = await this.connection.rows<ContactRow>(
      around(
        `SELECT toUnixTimestamp64Milli(action_time) AS time, toString(action), group_id, worker_id,
                ifNull(customer_id, ''), ifNull(channel_type, ''), toUnixTimestamp64Milli(received_at), position
         FROM ${this.database}.contact_events FINAL
         WHERE system_id = {system:String} AND contact_id = {contact:String}`,
      ),
      { system: systemId, contact: contactId, ...aroundValues(at) },
    );
    const events = rows.map(([actionTime, action, groupId, workerId, customerId, channelType, ...rest]) => ({
      systemId,
      contactId,
      groupId,
      actionTime,
      action: action as ContactAction,
      workerId,
      customerId,
      channelType,
      receivedAt: rest[0],
      position: rest[1],
    }));
    return events.sort((a, b) => a.actionTime - b.actionTime || a.position - b.position);
  }
}

const IDENTITY = 'at, of, system_id, contact_id, worker_id, group_id, kind, action, state_code';

const NEWEST_FIRST = IDENTITY.split(', ')
  .map((column) => `${column} DESC`)
  .join(', ');

/** The bounds of all times in the store. */
const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(2299, 11, 31);

/** The bound period as a condition on the tables' own column, so that other months are not read. */
const shownIn = (table: string) => `${table}.at >= ${boundTime('from')} AND ${table}.at < ${boundTime('to')}`;

/** Both kinds of anomalies as rows of one shape. */
const listed = (database: string) => `
  SELECT toUnixTimestamp64Milli(anomalies.at) AS at, 'timeline' AS of, toString(system_id) AS system_id, '' AS contact_id,
         worker_id, group_id, toString(kind) AS kind, '' AS action, toString(state_code) AS state_code
  FROM ${database}.anomalies FINAL WHERE ${shownIn('anomalies')}
  UNION ALL
  SELECT toUnixTimestamp64Milli(contact_anomalies.at) AS at, 'contact' AS of, toString(system_id) AS system_id, contact_id,
         worker_id, group_id, toString(kind) AS kind, toString(action) AS action, '' AS state_code
  FROM ${database}.contact_anomalies FINAL WHERE ${shownIn('contact_anomalies')}`;

function conditionsOf(filter: AnomalyFilter, after: ListedAnomaly | undefined) {
  const permitted = permittedCondition(filter.systems);
  const conditions = [permitted.condition];
  const { systemId, kind, agentId, contactId } = filter;
  const to = Math.min(filter.to ?? LATEST_MS, after === undefined ? LATEST_MS : after.at + 1);
  const values: BoundValues = { ...permitted.values, from: filter.from ?? EARLIEST_MS, to };
  const demand = (condition: string, bound: BoundValues) => {
    conditions.push(condition);
    Object.assign(values, bound);
  };
  if (systemId !== undefined) demand('system_id = {system:String}', { system: systemId });
  if (kind !== undefined) demand('kind = {kind:String}', { kind });
  if (agentId !== undefined) demand('worker_id = {agent:String}', { agent: agentId });
  if (contactId !== undefined)
    demand(`of = 'contact' AND contact_id = {contact:String}`, { contact: contactId });
  if (after !== undefined) {
    demand(`(${IDENTITY}) < (${AFTER})`, {
      afterAt: after.at,
      afterOf: after.of,
      afterSystem: after.systemId,
      afterContact: after.contactId,
      afterAgent: after.agentId,
      afterGroup: after.groupId,
      afterKind: after.kind,
      afterAction: after.action,
      afterCode: after.stateCode,
    });
  }
  return { conditions, values };
}

const AFTER = `{afterAt:Int64}, {afterOf:String}, {afterSystem:String}, {afterContact:String}, {afterAgent:String},
  {afterGroup:String}, {afterKind:String}, {afterAction:String}, {afterCode:String}`;

/** The last events before the bound instant, those at it, and the first after it. */
function around(events: string): string {
  const at = boundTime('at');
  return `SELECT * FROM (${events} AND action_time < ${at} ORDER BY action_time DESC LIMIT {around:UInt32})
    UNION ALL SELECT * FROM (${events} AND action_time = ${at} LIMIT {atInstant:UInt32})
    UNION ALL SELECT * FROM (${events} AND action_time > ${at} ORDER BY action_time LIMIT {around:UInt32})`;
}

const aroundValues = (at: number) => ({ at, around: EVENTS_AROUND, atInstant: EVENTS_AT_INSTANT });

type AnomalyRow = readonly [
  at: number,
  of: string,
  systemId: string,
  contactId: string,
  agentId: string,
  groupId: string,
  kind: string,
  action: string,
  stateCode: string,
];

function anomalyOf([at, of, systemId, contactId, agentId, groupId, ...rest]: AnomalyRow): ListedAnomaly {
  const [kind, action, stateCode] = rest;
  return {
    at,
    of: of as ListedAnomaly['of'],
    systemId,
    contactId,
    agentId,
    groupId,
    kind,
    action,
    stateCode,
  };
}

type StatusRow = readonly [
  actionTime: number,
  action: string,
  stateCode: string,
  stateName: string,
  receivedAt: number,
  position: number,
];

type ContactRow = readonly [
  actionTime: number,
  action: string,
  groupId: string,
  workerId: string,
  customerId: string,
  channelType: string,
  receivedAt: number,
  position: number,
];
