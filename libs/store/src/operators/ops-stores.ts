import { ClickHouseAgentHistoryStore, type AgentHistoryOptions } from './clickhouse-agent-history-store.js';
import { ClickHouseAnomalyStore } from './clickhouse-anomaly-store.js';
import { ClickHouseDeadLetterStore } from './clickhouse-dead-letter-store.js';
import type { StoreConnection } from '../connection/connection.js';

/** The stores behind the operators' methods, on one connection. */
export function opsStores(connection: StoreConnection, options: AgentHistoryOptions) {
  return {
    deadLetters: new ClickHouseDeadLetterStore(connection, options.database),
    anomalies: new ClickHouseAnomalyStore(connection, options.database),
    history: new ClickHouseAgentHistoryStore(connection, options),
  };
}
