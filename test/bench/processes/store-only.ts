import { join } from 'node:path';
import type { Readable } from 'node:stream';
// The engine is asked as straight as can be, beside the library whose cost is to be measured.
// eslint-disable-next-line no-restricted-imports
import { createClient } from '@clickhouse/client';
// eslint-disable-next-line no-restricted-imports
import { createChdbConnection } from 'chdb/connection';
import { migrate, StoreConnection } from '#store';
import { SYSTEM } from '../status-stream.js';
import { answerTasks, ready } from './serve-parent.js';

/** Makes the store of the query figures. */
export interface GenerateTask {
  readonly kind: 'generate';
  readonly agents: number;
  readonly days: number;
  readonly perDay: number;
  /** Midnight of the first day, in seconds since the Unix epoch. */
  readonly firstSecond: number;
}

/** Runs the SELECT that `agentStatusData` has to make, straight to JSONEachRow. */
export interface SelectTask {
  readonly kind: 'select';
  readonly agentIds: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly ordered: boolean;
}

export interface SelectResult {
  readonly ms: number;
  readonly bytes: number;
}

const DATABASE = 'statusledger';
const settings = { dataDirectory: process.argv[2]!, database: DATABASE };

async function generate({ agents, days, perDay, firstSecond }: GenerateTask): Promise<{ intervals: number }> {
  const store = StoreConnection.open(settings);
  await migrate(store, { database: DATABASE, retentionDays: 400 });
  for (let day = 0; day < days; day++) {
    await store.command(
      `INSERT INTO ${DATABASE}.state_intervals
         (system_id, worker_id, group_id, start, end, state_code, state_name, ended_by, version)
       SELECT {system:String}, concat('A', leftPad(toString(intDiv(number, {perDay:UInt64})), 6, '0')), '',
              fromUnixTimestamp64Milli(1000 * ({midnight:Int64} + toInt64(number % {perDay:UInt64}) * {stay:Int64}), 'UTC') AS s,
              s + toIntervalSecond({stay:Int64}), concat('S', toString(number % 8)),
              concat('State number ', toString(number % 8)), 'exit', number
       FROM numbers({rows:UInt64})`,
      {
        system: SYSTEM,
        perDay,
        stay: Math.floor(86_400 / perDay),
        midnight: firstSecond + day * 86_400,
        rows: agents * perDay,
      },
    );
  }
  await store.command(`INSERT INTO ${DATABASE}.systems VALUES ({system:String}, now64(3))`, {
    system: SYSTEM,
  });
  await untilMerged(store);
  const [row] = await store.rows<[number]>(`SELECT count() FROM ${DATABASE}.state_intervals`);
  await store.close();
  return { intervals: row![0] };
}

/** Merges would take their share of the machine and change what a query has to read. */
async function untilMerged(store: StoreConnection): Promise<void> {
  for (let quiet = 0; quiet < 20;) {
    const [row] = await store.rows<[number]>('SELECT count() FROM system.merges');
    quiet = row![0] === 0 ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;
let client: ReturnType<typeof createClient> | undefined;

async function select({ agentIds, start, end, ordered }: SelectTask): Promise<SelectResult> {
  client ??= createClient({
    connection: createChdbConnection({
      path: join(settings.dataDirectory, 'store'),
    }) as unknown as Connection,
  });
  const startedAt = performance.now();
  const { stream } = await client.exec({
    query: `${served()} ${ordered ? 'ORDER BY agentId, groupId, startDate, endDate, stateCode' : ''} FORMAT JSONEachRow`,
    query_params: { system: SYSTEM, agents: [...agentIds], start: start * 1000, end: end * 1000 },
  });
  const bytes = await countBytes(stream);
  return { ms: performance.now() - startedAt, bytes };
}

/** What is served, by the rules of the spec: see `docs/semantics.md` 3. */
function served(): string {
  const from = `SELECT worker_id AS agentId, group_id AS groupId, start AS startDate, end AS endDate,
      state_code AS stateCode, state_name AS stateName
    FROM ${DATABASE}.state_intervals FINAL WHERE system_id = {system:String} AND worker_id IN {agents:Array(String)}`;
  const time = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  return `SELECT * FROM (
    ${from} AND start >= ${time('start')} AND start < ${time('end')} AND end IS NOT NULL
    UNION ALL
    ${from} AND start < ${time('start')} AND end > ${time('start')} AND end <= ${time('end')})`;
}

async function countBytes(stream: Readable): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) bytes += chunk.length;
  return bytes;
}

ready({}, () => client?.close());
answerTasks((task: GenerateTask | SelectTask) => (task.kind === 'generate' ? generate(task) : select(task)));
