import { closeSync, mkdirSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import type { Statement } from '../questions/statement.js';
import type { BoundValues } from './values.js';

/** The embedded store cannot be opened: as a rule because another process has, and only one can at a time. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';

  constructor(path: string, options?: ErrorOptions) {
    super(`the store in ${path} cannot be opened; is another StatusLedger process using it?`, options);
  }
}

let isDetached = false;

/**
 * The embedded engine (chdb 3.4.0) takes what is on the process's standard input for further rows of an INSERT: of a service
 * behind a pipe, that would be stored as events. Nothing that opens the engine reads its input.
 */
function detachStandardInput(): void {
  // It is the whole process's, and the main thread opens the engine before any other.
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
    // The binding is typed against its own copy of the client's interfaces, which are the same.
    return createClient({ connection: createChdbConnection({ path }) as unknown as EngineConnection });
  } catch (cause) {
    if (isNotOpened(cause)) throw new StoreInUseError(path, { cause });
    throw cause;
  }
}

/** The binding has one code for every failure to open its directory; a lock held elsewhere is the usual one. */
function isNotOpened(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'CHDB_CONNECTION';
}

type EngineConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** The bytes that a statement answers. */
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
