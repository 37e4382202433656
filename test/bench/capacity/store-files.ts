import type { Service } from '../owned.js';
import type { ByKind } from './model.js';

/** The tables that grow with each kind of event; the others stay small. */
const TABLES = {
  status: ['status_events', 'state_intervals', 'timelines', 'anomalies'],
  contact: ['contact_events', 'legs', 'answered_legs', 'contact_anomalies'],
} as const;

/** Bytes on disk of all rows of each kind of event, once they are merged. */
export async function compactedBytes(store: Service, database: string): Promise<ByKind> {
  for (const table of [...TABLES.status, ...TABLES.contact]) {
    await ask(store, `OPTIMIZE TABLE ${database}.${table} FINAL`);
  }
  const rows = (
    await ask(
      store,
      `SELECT table, sum(bytes_on_disk) FROM system.parts WHERE active AND database = '${database}' GROUP BY table`,
    )
  )
    .trim()
    .split('\n')
    .map((line) => line.split('\t') as [string, string]);
  const bytesOf = (tables: readonly string[]) =>
    rows.reduce((sum, [table, bytes]) => sum + (tables.includes(table) ? Number(bytes) : 0), 0);
  return { status: bytesOf(TABLES.status), contact: bytesOf(TABLES.contact) };
}

async function ask({ url }: Service, sql: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(`${sql}: ${text}`);
  return text;
}
