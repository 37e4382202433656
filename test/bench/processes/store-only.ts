import { join } from 'node:path';
import type { Readable } from 'node:stream';
// The engine is queried directly, since the cost of the store library is what is measured.

import { createClient } from '@clickhouse/client';

import { createChdbConnection } from 'chdb/connection';
import { migrate, StoreConnection, type BoundValues } from '#store';
import { SYSTEM } from '../load/event-stream.js';
import { DATABASE } from '../stores/made-store.js';
import { answerTasks, ready } from './serve-parent.js';

export interface Statement {
  readonly query: string;
  readonly values: BoundValues;
}

/** Creates a store in the service's schema. */
export interface MakeTask {
  readonly kind: 'make';
  readonly statements: readonly Statement[];
  /** The table whose rows are counted. */
  readonly table: string;
}

export interface MakeResult {
  readonly rows: number;
}

/** Runs a SELECT with FORMAT JSONEachRow. */
export interface SelectTask extends Statement {
  readonly kind: 'select';
}

export interface SelectResult {
  readonly ms: number;
  readonly bytes: number;
}

const settings = { dataDirectory: process.argv[2]!, database: DATABASE };

async function make({ statements, table }: MakeTask): Promise<MakeResult> {
  const store = StoreConnection.open(settings);
  await migrate(store, { database: DATABASE, retentionDays: 400 });
  for (const { query, values } of statements) await store.command(query, values);
  await store.command(`INSERT INTO ${DATABASE}.systems VALUES ({system:String}, now64(3))`, {
    system: SYSTEM,
  });
  await untilMerged(store);
  const [row] = await store.rows<[number]>(`SELECT count() FROM ${DATABASE}.${table}`);
  await store.close();
  return { rows: row![0] };
}

/** Waits, since merges would use the machine and change what a query has to read. */
async function untilMerged(store: StoreConnection): Promise<void> {
  for (let quiet = 0; quiet < 20;) {
    const [row] = await store.rows<[number]>('SELECT count() FROM system.merges');
    quiet = row![0] === 0 ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;
let client: ReturnType<typeof createClient> | undefined;

async function select({ query, values }: SelectTask): Promise<SelectResult> {
  client ??= createClient({
    connection: createChdbConnection({
      path: join(settings.dataDirectory, 'store'),
    }) as unknown as Connection,
  });
  const startedAt = performance.now();
  const { stream } = await client.exec({ query: `${query} FORMAT JSONEachRow`, query_params: values });
  const bytes = await countBytes(stream);
  return { ms: performance.now() - startedAt, bytes };
}

async function countBytes(stream: Readable): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) bytes += chunk.length;
  return bytes;
}

ready({}, () => client?.close());
answerTasks((task: MakeTask | SelectTask) => (task.kind === 'make' ? make(task) : select(task)));
