import { compareEvents, compareUtf8, type EndedBy, type StatusAction } from '#domain';
import {
  HistoryTooLongError,
  MAX_HISTORY_ROWS,
  type AgentHistoryQuery,
  type AgentHistoryStore,
  type AgentLeg,
  type AgentSession,
  type StoredInterval,
} from './agent-history-store.js';
import { permittedCondition } from './clickhouse-dead-letter-store.js';
import { ROWS_PER_PIECE, type AnswerRules } from '../queries/clickhouse-query-store.js';
import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues, Row } from '../connection/values.js';
import type { ReceivedStatusEvent } from '../projection/projection-store.js';
import { agentLoginData } from '../queries/agent-login-data.js';
import { boundTime } from '../queries/json-sql.js';
import type { Asker } from '../questions/asker.js';

export interface AgentHistoryOptions extends Pick<AnswerRules, 'sessionGapMs' | 'offlineStateCodes'> {
  readonly database: string;
  readonly maxRows?: number;
}

/** The end that the table has for a leg that has not ended. */
const NOT_ENDED_FROM_MS = Date.UTC(2299, 0, 1);

export class ClickHouseAgentHistoryStore implements AgentHistoryStore {
  private readonly connection: StoreConnection;

  constructor(
    connection: StoreConnection,
    private readonly options: AgentHistoryOptions,
  ) {
    this.connection = connection.forQuestion('small');
  }

  askedBy(asker: Asker): ClickHouseAgentHistoryStore {
    return new ClickHouseAgentHistoryStore(this.connection.askedBy(asker), this.options);
  }

  async knownSystems(permitted: readonly string[] | undefined): Promise<string[]> {
    const { condition, values } = permittedCondition(permitted);
    const rows = await this.bounded<[string]>(
      `SELECT DISTINCT system_id FROM ${this.options.database}.systems WHERE ${condition} ORDER BY system_id`,
      values,
    );
    return rows.map(([systemId]) => systemId);
  }

  async intervals(query: AgentHistoryQuery): Promise<StoredInterval[]> {
    const rows = await this.bounded<IntervalRow>(
      `SELECT * FROM (${intervalsSql(this.options.database)})
       ORDER BY system_id, group_id, start_ms, end_ms, state_code`,
      valuesOf(query),
    );
    return rows.map(([systemId, groupId, start, end, stateCode, stateName, endedBy]) => ({
      systemId,
      groupId,
      start,
      end,
      stateCode,
      stateName,
      endedBy: endedBy as EndedBy,
    }));
  }

  async events(query: AgentHistoryQuery, instants: readonly number[]): Promise<ReceivedStatusEvent[]> {
    const rows = await this.bounded<EventRow>(
      `SELECT system_id, group_id, toUnixTimestamp64Milli(action_time), toString(action), state_code, state_name,
              toUnixTimestamp64Milli(received_at), position
       FROM ${this.options.database}.status_events FINAL
       WHERE ${OF_AGENT} AND (action_time >= ${boundTime('start')} AND action_time <= ${boundTime('end')}
         OR toUnixTimestamp64Milli(action_time) IN {instants:Array(Int64)})`,
      { ...valuesOf(query), instants },
    );
    const events = rows.map(([systemId, groupId, actionTime, action, stateCode, stateName, ...received]) => ({
      systemId,
      workerId: query.agentId,
      groupId,
      actionTime,
      action: action as StatusAction,
      stateCode,
      stateName,
      receivedAt: received[0],
      position: received[1],
    }));
    return events.sort(
      (a, b) =>
        compareUtf8(a.systemId, b.systemId) || compareUtf8(a.groupId, b.groupId) || compareEvents(a, b),
    );
  }

  async nextEnters(query: AgentHistoryQuery) {
    const rows = await this.bounded<[string, string, number]>(
      `SELECT system_id, group_id, toUnixTimestamp64Milli(min(action_time))
       FROM ${this.options.database}.status_events
       WHERE ${OF_AGENT} AND action = 'enter' AND action_time > ${boundTime('end')} GROUP BY system_id, group_id`,
      valuesOf(query),
    );
    return rows.map(([systemId, groupId, at]) => ({ systemId, groupId, at }));
  }

  async sessions(query: AgentHistoryQuery): Promise<AgentSession[]> {
    const sessions: AgentSession[] = [];
    for (const systemId of query.systemIds) {
      const pieces: Buffer[] = [];
      const asked = { systemId, start: query.start, end: query.end, agentIds: [query.agentId] };
      const options = { ...this.options, rowsPerPiece: ROWS_PER_PIECE };
      for await (const piece of agentLoginData(this.connection, asked, options)) pieces.push(piece);
      const agents = JSON.parse(`[${Buffer.concat(pieces).toString()}]`) as LoginData[];
      for (const { logins } of agents) sessions.push(...logins.map((login) => ({ systemId, ...login })));
    }
    return sessions;
  }

  async legs(query: AgentHistoryQuery): Promise<AgentLeg[]> {
    const rows = await this.bounded<LegRow>(
      `SELECT system_id, contact_id, group_id, toUnixTimestamp64Milli(begin), toUnixTimestamp64Milli(answered) AS at,
              toUnixTimestamp64Milli(ended), toString(outcome), channel_type
       FROM ${this.options.database}.answered_legs FINAL
       WHERE ${OF_AGENT} AND answered < ${boundTime('end')}
         AND (answered >= ${boundTime('start')} OR ended > ${boundTime('start')})
       ORDER BY system_id, at, contact_id`,
      valuesOf(query),
    );
    return rows.map(([systemId, contactId, groupId, begin, answered, ended, outcome, channelType]) => ({
      systemId,
      contactId,
      groupId,
      begin,
      answered,
      ended: ended >= NOT_ENDED_FROM_MS ? null : ended,
      outcome,
      channelType,
    }));
  }

  private async bounded<T extends Row>(query: string, values: BoundValues): Promise<T[]> {
    const maxRows = this.options.maxRows ?? MAX_HISTORY_ROWS;
    const rows = await this.connection.rows<T>(`${query} LIMIT {limit:UInt32}`, {
      ...values,
      limit: maxRows + 1,
    });
    if (rows.length > maxRows) throw new HistoryTooLongError(`there are more than ${maxRows} rows`);
    return rows;
  }
}

interface LoginData {
  readonly logins: readonly Omit<AgentSession, 'systemId'>[];
}

const OF_AGENT = 'system_id IN {systems:Array(String)} AND worker_id = {agent:String}';

function valuesOf({ systemIds, agentId, start, end }: AgentHistoryQuery) {
  return { systems: systemIds, agent: agentId, start, end };
}

/**
 * Three branches, since each has its own index: by start, by end, and open states by the heads of timelines. They are
 * those of `agentStatusData`, plus intervals that have no end or outlast the period.
 */
function intervalsSql(database: string): string {
  const [start, end] = [boundTime('start'), boundTime('end')];
  const branch = (condition: string) => `
    SELECT system_id, group_id, toUnixTimestamp64Milli(start) AS start_ms,
           toUnixTimestamp64Milli(end) AS end_ms, toString(state_code) AS state_code,
           toString(state_name) AS state_name, toString(ended_by) AS ended_by
    FROM ${database}.state_intervals FINAL WHERE ${OF_AGENT} AND ${condition}`;
  return [
    branch(`start >= ${start} AND start < ${end}`),
    branch(`start < ${start} AND end >= ${start}`),
    branch(`start = ${end} AND end = ${end}`),
    `SELECT system_id, group_id, toUnixTimestamp64Milli(assumeNotNull(open_since)) AS start_ms,
            NULL AS end_ms, toString(open_code) AS state_code, toString(open_name) AS state_name, 'open' AS ended_by
     FROM ${database}.timelines FINAL
     WHERE ${OF_AGENT} AND open_since IS NOT NULL AND assumeNotNull(open_since) < ${start}`,
  ].join(' UNION ALL ');
}

type IntervalRow = readonly [
  systemId: string,
  groupId: string,
  start: number,
  end: number | null,
  stateCode: string,
  stateName: string,
  endedBy: string,
];

type EventRow = readonly [
  systemId: string,
  groupId: string,
  actionTime: number,
  action: string,
  stateCode: string,
  stateName: string,
  receivedAt: number,
  position: number,
];

type LegRow = readonly [
  systemId: string,
  contactId: string,
  groupId: string,
  begin: number,
  answered: number,
  ended: number,
  outcome: string,
  channelType: string,
];
