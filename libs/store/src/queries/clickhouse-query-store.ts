import type { StoreConnection } from '../connection/connection.js';
import { agentCallsData } from './agent-calls-data.js';
import { agentChatsWorkTime } from './agent-chats-work-time.js';
import { agentLoginData } from './agent-login-data.js';
import { agentStatusData } from './agent-status-data.js';
import { agentStatus, countActiveAgents } from './agent-status.js';
import { groupsOnlineLoad } from './groups-online-load.js';
import { personnel } from './personnel.js';
import { readAhead } from './read-ahead.js';
import { serviceGroupData } from './service-group-data.js';
import type { Asker } from '../questions/asker.js';
import type { GroupPeriodQuery, GroupsNowQuery, JsonPieces, PeriodQuery, QueryStore } from './query-store.js';

/** Maximum rows in one piece of an answer: some megabytes of JSON. More would save time and cost memory. */
export const ROWS_PER_PIECE = 45_000;

/** The rules that answers depend on besides the events; see `docs/configuration.md`. */
export interface AnswerRules {
  readonly stateMaxAgeMs: number;
  readonly sessionGapMs: number;
  readonly offlineStateCodes: readonly string[];
  readonly staticServiceId: string;
  readonly serviceLevelMs: number;
  readonly contactMaxAgeMs: number;
  /** The IANA time zone of the site's days. */
  readonly timeZone: string;
}

export interface ClickHouseQueryStoreOptions extends AnswerRules {
  readonly database: string;
  readonly rowsPerPiece?: number;
}

export class ClickHouseQueryStore implements QueryStore {
  private readonly options: ClickHouseQueryStoreOptions & { readonly rowsPerPiece: number };

  constructor(
    private readonly connection: StoreConnection,
    options: ClickHouseQueryStoreOptions,
  ) {
    this.options = { ...options, rowsPerPiece: options.rowsPerPiece ?? ROWS_PER_PIECE };
  }

  askedBy(asker: Asker): ClickHouseQueryStore {
    return new ClickHouseQueryStore(this.connection.askedBy(asker), this.options);
  }

  agentStatusData(query: PeriodQuery): JsonPieces {
    return readAhead(agentStatusData(this.connection, query, this.options));
  }

  agentLoginData(query: PeriodQuery): JsonPieces {
    return readAhead(agentLoginData(this.connection, query, this.options));
  }

  serviceGroupData(query: GroupPeriodQuery): JsonPieces {
    return readAhead(serviceGroupData(this.connection, query, this.options));
  }

  agentCallsData(query: PeriodQuery): JsonPieces {
    return readAhead(agentCallsData(this.connection, query, this.options));
  }

  agentChatsWorkTime(query: PeriodQuery & { readonly now: number }): JsonPieces {
    return readAhead(agentChatsWorkTime(this.connection, query, this.options));
  }

  agentStatus(query: { readonly systemId: string; readonly now: number }): JsonPieces {
    return readAhead(agentStatus(this.connection, query, this.options));
  }

  groupsOnlineLoad(query: GroupsNowQuery): Promise<Buffer | undefined> {
    return groupsOnlineLoad(this.connection, query, this.options);
  }

  personnel(systemId: string): Promise<Buffer | undefined> {
    return personnel(this.connection.forQuestion('small'), systemId, this.options.database);
  }

  countActiveAgents(now: number): Promise<number> {
    return countActiveAgents(this.connection, now, this.options);
  }

  async systems(limit: number): Promise<readonly string[]> {
    const rows = await this.connection.rows<[string]>(
      `SELECT DISTINCT system_id FROM ${this.options.database}.systems ORDER BY system_id LIMIT {limit:UInt32}`,
      { limit },
    );
    return rows.map(([systemId]) => systemId);
  }

  async ping(): Promise<void> {
    await this.connection.rows('SELECT 1');
  }
}
