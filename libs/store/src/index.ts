export * from './clickhouse-projection-store.js';
export * from './clickhouse-query-store.js';
export * from './connection.js';
export * from './projection-store.js';
export * from './query-store.js';
export * from './receipt-rows.js';
export * from './schema/migrate.js';
export * from './audit/audit.js';
