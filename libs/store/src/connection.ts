import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  ClickHouseLogLevel,
  createClient,
  type ClickHouseClient,
  type ClickHouseSettings,
  type DataFormat,
} from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { deduplicationToken } from './deduplication-token.js';
import { ENCODED_ROWS_AS_THEY_ARE, EncodedRows } from './encoded-rows.js';
import { splitLongLists } from './long-lists.js';
import {
  CLUSTER_SETTINGS,
  EMBEDDED_SETTINGS,
  LATEST_ROWS,
  READ_BACK_INSERT,
  SERVER_SETTINGS,
} from './statement-settings.js';
import { retryingTransient } from './transient-failures.js';

/** Where the store is: a ClickHouse server, or the engine in this process with its files below `dataDirectory`. */
export type StoreSettings = ServerSettings | EmbeddedSettings;

export interface ServerSettings {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly database: string;
  /** The name of the cluster that the server is one of, as its configuration has it; one server if there is none. */
  readonly cluster?: string;
}

export interface EmbeddedSettings {
  /** The service's data directory; the engine's files are in `store/` below it. */
  readonly dataDirectory: string;
  readonly database: string;
}

/** The embedded store cannot be opened: as a rule because another process has, and only one can at a time. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';

  constructor(path: string, options?: ErrorOptions) {
    super(`the store in ${path} cannot be opened; is another StatusLedger process using it?`, options);
  }
}

/** How an embedded engine is used. */
export interface EmbeddedUse {
  /** Statements that may run side by side: each connection runs one at a time. */
  readonly lanes: number;
  /** Threads of each statement; as many as there are cores unless given. */
  readonly threads?: number;
}

/** Threads within each of many small statements take memory and win no time. */
const ONE_AFTER_ANOTHER: EmbeddedUse = { lanes: 1, threads: 1 };

export type Value = string | number | null | readonly string[];
export type Row = readonly Value[];
export type BoundValues = Record<string, string | number | readonly string[] | readonly number[]>;

/** A format of the engine that the client's types leave out, as it parses none of it. */
const RAW_BYTES = 'RawBLOB' as DataFormat;

export interface InsertOptions {
  /** Whether `latestRows` will have to see the rows. */
  readonly readBack?: boolean;
}

/** Runs statements on the store. Values reach a statement as bound parameters (`{name:Type}`) only. */
export class StoreConnection {
  private constructor(
    private readonly clients: readonly ClickHouseClient[],
    private readonly settings: ClickHouseSettings,
    private readonly isServer: boolean,
    /** The name of the cluster that the store is, if it is one. */
    readonly cluster?: string,
  ) {}

  /** Whether the engine is in this process, with files of its own. */
  get isEmbedded(): boolean {
    return !this.isServer;
  }

  private turn = 0;
  private readonly closing = new AbortController();

  /**
   * @param use of an embedded engine; a server has its own pool and threads.
   * @throws StoreInUseError
   */
  static open(settings: StoreSettings, use = ONE_AFTER_ANOTHER): StoreConnection {
    if ('url' in settings) {
      const { cluster } = settings;
      const statementSettings = cluster === undefined ? SERVER_SETTINGS : CLUSTER_SETTINGS;
      return new StoreConnection([serverClient(settings)], statementSettings, true, cluster);
    }
    const path = join(settings.dataDirectory, 'store');
    mkdirSync(path, { recursive: true });
    return new StoreConnection(
      Array.from({ length: use.lanes }, () => embeddedClient(path)),
      use.threads === undefined ? EMBEDDED_SETTINGS : { ...EMBEDDED_SETTINGS, max_threads: use.threads },
      false,
    );
  }

  /** Runs a statement that answers nothing. */
  async command(query: string, parameters: BoundValues = {}): Promise<void> {
    await this.next().command({ query, query_params: parameters, clickhouse_settings: this.settings });
  }

  /** The whole answer as rows of values, for answers whose size is bounded. */
  rows<T extends Row>(query: string, parameters: BoundValues = {}): Promise<T[]> {
    return this.select<T>(query, parameters, this.settings);
  }

  /** Like `rows`, and sees all that was inserted as `readBack` before, from wherever. */
  latestRows<T extends Row>(query: string, parameters: BoundValues = {}): Promise<T[]> {
    if (this.cluster === undefined) return this.rows<T>(query, parameters);
    const settings = { ...this.settings, ...LATEST_ROWS };
    return retryingTransient(() => this.select<T>(query, parameters, settings), this.closing.signal);
  }

  private async select<T extends Row>(
    query: string,
    parameters: BoundValues,
    settings: ClickHouseSettings,
  ): Promise<T[]> {
    const result = await this.next().query({
      ...this.bound(query, parameters),
      format: 'JSONCompactEachRow',
      clickhouse_settings: settings,
    });
    return result.json<T>() as Promise<T[]>;
  }

  /** The bytes of a single value, for text that the statement itself has shaped. */
  async text(query: string, parameters: BoundValues = {}): Promise<Buffer> {
    if (this.isServer) return this.textFromServer(query, parameters);
    const { stream } = await this.next().exec({
      query: `${query} FORMAT RawBLOB`,
      query_params: parameters,
      clickhouse_settings: this.settings,
    });
    return collect(stream);
  }

  /** The client sends long values in the body only with a query, whose answer it hands over as a text. */
  private async textFromServer(query: string, parameters: BoundValues): Promise<Buffer> {
    const result = await this.next().query({
      ...this.bound(query, parameters),
      format: RAW_BYTES,
      clickhouse_settings: this.settings,
    });
    return Buffer.from(await result.text());
  }

  /**
   * Inserts the rows, in the order of `columns`; resolves once they are kept. A server that is gone for a moment is waited
   * for: rows of ours may be written twice, and are kept once where the server looks at the token.
   */
  async insert(
    table: string,
    columns: readonly [string, ...string[]],
    rows: readonly Row[],
    options: InsertOptions = {},
  ): Promise<void> {
    if (rows.length === 0) return;
    const insert = async (values: readonly unknown[], settings: ClickHouseSettings) => {
      await this.next().insert({
        table,
        columns: [...columns] as [string, ...string[]],
        values,
        format: 'JSONCompactEachRow',
        clickhouse_settings: settings,
      });
    };
    if (!this.isServer) return insert(rows, this.settings);
    const encoded = new EncodedRows(rows);
    const settings = {
      ...this.settings,
      ...(options.readBack && this.cluster !== undefined ? READ_BACK_INSERT : {}),
      insert_deduplication_token: deduplicationToken(table, columns, encoded),
    };
    return retryingTransient(() => insert([encoded], settings), this.closing.signal);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private bound(query: string, parameters: BoundValues) {
    const bound = this.isServer ? splitLongLists({ query, parameters }) : { query, parameters };
    return { query: bound.query, query_params: bound.parameters };
  }

  private next(): ClickHouseClient {
    this.turn = (this.turn + 1) % this.clients.length;
    return this.clients[this.turn]!;
  }
}

function serverClient({ url, username, password }: ServerSettings): ClickHouseClient {
  return createClient({
    url,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    request_timeout: 300_000,
    // Thousands of agents do not fit into a URL.
    use_multipart_params_auto: true,
    json: ENCODED_ROWS_AS_THEY_ARE,
    // Whoever asked is told of a failure, and tells it once.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

function embeddedClient(path: string): ClickHouseClient {
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

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Milliseconds since the Unix epoch as the text that a DateTime64(3) column takes. */
export function timestamp(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const rest = ms - seconds * 1000;
  return rest === 0 ? `${seconds}.000` : `${seconds}.${String(rest).padStart(3, '0')}`;
}
