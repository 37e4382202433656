import { closeSync, mkdirSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import type { Statement } from '../questions/statement.js';
import type { BoundValues } from './values.js';

/** The embedded store cannot be opened, usually because another process holds it: only one can at a time. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';

  constructor(path: string, options?: ErrorOptions) {
    super(`the store in ${path} cannot be opened; is another StatusLedger process using it?`, options);
  }
}

let isDetached = false;

/**
 * The embedded engine (chdb 3.4.0) reads the process's standard input as further rows of an INSERT, so a service behind
 * a pipe would store its input as events. No program that opens the engine reads its input.
 */
function detachStandardInput(): void {
  // Standard input belongs to the whole process, and the main thread opens the engine before any other thread does.
  if (isDetached || !isMainThread) return;
  isDetached = true;
  closeSync(0);
  openSync('/dev/null', 'r');
}

/**
 * A client of the engine in this process.
 *
 * @throws StoreInUseError
 */
export function embeddedClient(path: string): ClickHouseClient {
  mkdirSync(path, { recursive: true });
  detachStandardInput();
  try {
    // The binding is typed against its own, identical copy of the client's interfaces.
    return createClient({ connection: createChdbConnection({ path }) as unknown as EngineConnection });
  } catch (cause) {
    if (isNotOpened(cause)) throw new StoreInUseError(path, { cause });
    throw cause;
  }
}

/** The binding has one code for every failure to open its directory. Usually another process holds the lock. */
function isNotOpened(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'CHDB_CONNECTION';
}

type EngineConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** The bytes of a statement's result. */
export async function readFromEngine(
  client: ClickHouseClient,
  { query, parameters, ...statement }: Statement,
) {
  const { stream } = await client.exec({
    query: `${query} FORMAT ${statement.format}`,
    query_params: parameters as BoundValues,
    clickhouse_settings: statement.settings,
  });
  return collect(stream);
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
