import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import {
  ClickHouseLogLevel,
  createClient,
  type ClickHouseClient,
  type ClickHouseSettings,
} from '@clickhouse/client';
import { drainPending } from 'chdb';
import { createChdbConnection } from 'chdb/connection';
import { deduplicationToken } from './deduplication-token.js';
import { ENCODED_ROWS_AS_THEY_ARE, EncodedRows } from './encoded-rows.js';
import { splitLongLists } from './long-lists.js';
import type { Asker, QuestionSize } from '../questions/asker.js';
import { EmbeddedSlot } from '../questions/embedded-slot.js';
import { QUESTION_LIMITS, QuestionQueue } from '../questions/question-queue.js';
import { ServerSlot } from '../questions/server-slot.js';
import type { Slot, Statement } from '../questions/statement.js';
import type { BoundValues, Row } from './values.js';
import {
  CLUSTER_SETTINGS,
  EMBEDDED_QUESTION,
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

/** What a connection is used for. */
export interface StoreUse {
  /**
   * Whether questions of clients are read on it: their statements then wait for slots of their size, are limited by client,
   * and use all cores. Otherwise statements run one after another on one core, which small ones do best with.
   */
  readonly questions?: boolean;
}

/** Statements of each size that run side by side. The binding's pool has four threads, one of which is the projector's. */
const EMBEDDED_SLOTS: Readonly<Record<QuestionSize, number>> = { present: 1, small: 1, large: 1 };
/** Together as many as the client has connections. */
const SERVER_SLOTS: Readonly<Record<QuestionSize, number>> = { present: 3, small: 3, large: 4 };

export interface InsertOptions {
  /** Whether `latestRows` will have to see the rows. */
  readonly readBack?: boolean;
}

/** What all views of a connection share. */
interface Shared {
  readonly client: ClickHouseClient;
  readonly settings: Statement['settings'];
  readonly isServer: boolean;
  readonly closing: AbortController;
  /** Where questions wait; `undefined` if the connection is not used for them. */
  readonly questions: Questions | undefined;
}

interface Questions {
  readonly queue: QuestionQueue<Slot>;
  readonly slots: readonly Slot[];
  readonly settings: Statement['settings'];
}

/** Runs statements on the store. Values reach a statement as bound parameters (`{name:Type}`) only. */
export class StoreConnection {
  private constructor(
    private readonly shared: Shared,
    /** The name of the cluster that the store is, if it is one. */
    readonly cluster: string | undefined,
    private readonly size: QuestionSize = 'present',
    private readonly asker?: Asker,
  ) {}

  /** Whether the engine is in this process, with files of its own. */
  get isEmbedded(): boolean {
    return !this.shared.isServer;
  }

  /** @throws StoreInUseError */
  static open(settings: StoreSettings, { questions = false }: StoreUse = {}): StoreConnection {
    return 'url' in settings
      ? StoreConnection.toServer(settings, questions)
      : StoreConnection.toEngine(settings, questions);
  }

  private static toServer(server: ServerSettings, forQuestions: boolean): StoreConnection {
    const { cluster } = server;
    const client = serverClient(server);
    const settings = cluster === undefined ? SERVER_SETTINGS : CLUSTER_SETTINGS;
    const slots = slotsOf(SERVER_SLOTS, () => new ServerSlot(client));
    const questions = forQuestions ? questionsOn(slots, settings) : undefined;
    return new StoreConnection(
      { client, settings, isServer: true, closing: new AbortController(), questions },
      cluster,
    );
  }

  private static toEngine({ dataDirectory }: EmbeddedSettings, forQuestions: boolean): StoreConnection {
    const path = join(dataDirectory, 'store');
    mkdirSync(path, { recursive: true });
    detachStandardInput();
    const client = embeddedClient(path);
    const settings = { ...EMBEDDED_SETTINGS, max_threads: 1 };
    const questions = forQuestions
      ? questionsOn(
          slotsOf(EMBEDDED_SLOTS, () => new EmbeddedSlot(path, (name) => stopStatement(client, name))),
          { ...EMBEDDED_SETTINGS, ...EMBEDDED_QUESTION },
        )
      : undefined;
    return new StoreConnection(
      { client, settings, isServer: false, closing: new AbortController(), questions },
      undefined,
    );
  }

  /** The same store as somebody asks it: what they read is limited, and given up once they no longer want it. */
  askedBy(asker: Asker): StoreConnection {
    return new StoreConnection(this.shared, this.cluster, this.size, asker);
  }

  /** The same store for a question of that size; see {@link QuestionSize}. */
  forQuestion(size: QuestionSize): StoreConnection {
    return new StoreConnection(this.shared, this.cluster, size, this.asker);
  }

  /** Runs a statement that answers nothing. */
  async command(query: string, parameters: BoundValues = {}): Promise<void> {
    const { client, settings } = this.shared;
    await client.command({ query, query_params: parameters, clickhouse_settings: settings });
  }

  /**
   * The whole answer as rows of values, for answers whose size is bounded.
   *
   * @throws TooManyQuestionsError, QuestionAbandonedError where questions are asked; see {@link QuestionQueue}.
   */
  async rows<T extends Row>(query: string, parameters: BoundValues = {}): Promise<T[]> {
    if (this.shared.questions === undefined) return this.select<T>(query, parameters, this.shared.settings);
    const text = (await this.read({ query, parameters, format: 'JSONCompactEachRow' })).toString();
    return text === '' ? [] : (JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`) as T[]);
  }

  /** Like `rows`, and sees all that was inserted as `readBack` before, from wherever. */
  latestRows<T extends Row>(query: string, parameters: BoundValues = {}): Promise<T[]> {
    if (this.cluster === undefined) return this.rows<T>(query, parameters);
    const settings = { ...this.shared.settings, ...LATEST_ROWS };
    return retryingTransient(() => this.select<T>(query, parameters, settings), this.shared.closing.signal);
  }

  private async select<T extends Row>(
    query: string,
    parameters: BoundValues,
    settings: ClickHouseSettings,
  ): Promise<T[]> {
    const result = await this.shared.client.query({
      ...this.bound(query, parameters),
      format: 'JSONCompactEachRow',
      clickhouse_settings: settings,
    });
    return result.json<T>() as Promise<T[]>;
  }

  /**
   * The bytes of a single value, for text that the statement itself has shaped.
   *
   * @throws TooManyQuestionsError, QuestionAbandonedError where questions are asked; see {@link QuestionQueue}.
   */
  async text(query: string, parameters: BoundValues = {}): Promise<Buffer> {
    return this.read({ query, parameters, format: 'RawBLOB' });
  }

  private read(statement: Omit<Statement, 'settings'>): Promise<Buffer> {
    const { questions, client, isServer, settings } = this.shared;
    if (questions !== undefined) {
      const asked = { ...statement, settings: questions.settings };
      return questions.queue.run(this.size, this.asker, (slot, signal) => slot.run(asked, signal));
    }
    if (isServer) return new ServerSlot(client).run({ ...statement, settings });
    return readFromEngine(client, { ...statement, settings });
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
      await this.shared.client.insert({
        table,
        columns: [...columns] as [string, ...string[]],
        values,
        format: 'JSONCompactEachRow',
        clickhouse_settings: settings,
      });
    };
    if (!this.shared.isServer) return insert(rows, this.shared.settings);
    const encoded = new EncodedRows(rows);
    const settings = {
      ...this.shared.settings,
      ...(options.readBack && this.cluster !== undefined ? READ_BACK_INSERT : {}),
      insert_deduplication_token: deduplicationToken(table, columns, encoded),
    };
    return retryingTransient(() => insert([encoded], settings), this.shared.closing.signal);
  }

  /**
   * Gives up what questions wait or run, waits for other statements and closes. The process may end only then: the engine
   * does not survive losing a connection on which a statement runs.
   */
  async close(): Promise<void> {
    const { client, closing, isServer, questions } = this.shared;
    closing.abort();
    await questions?.queue.close();
    for (const slot of questions?.slots ?? []) await slot.close();
    if (!isServer) await drainPending();
    await client.close();
    if (!isServer) await drainPending();
  }

  private bound(query: string, parameters: BoundValues) {
    const bound = this.shared.isServer ? splitLongLists({ query, parameters }) : { query, parameters };
    return { query: bound.query, query_params: bound.parameters };
  }
}

function slotsOf(counts: Readonly<Record<QuestionSize, number>>, slot: () => Slot) {
  const of = (count: number) => Array.from({ length: count }, slot);
  return { present: of(counts.present), small: of(counts.small), large: of(counts.large) };
}

function questionsOn(slots: ReturnType<typeof slotsOf>, settings: Statement['settings']): Questions {
  const queue = new QuestionQueue(slots, QUESTION_LIMITS);
  return { queue, slots: Object.values(slots).flat(), settings };
}

/**
 * The engine stops a statement within some milliseconds once it reads. One that is still planned would be marked as stopped,
 * run on all the same, and never be stopped again.
 */
async function stopStatement(client: ClickHouseClient, name: string): Promise<void> {
  await client.command({
    query: `KILL QUERY WHERE Settings['log_comment'] = {name:String} AND read_rows > 0 AND elapsed > 0.05 ASYNC`,
    query_params: { name },
  });
}

async function readFromEngine(client: ClickHouseClient, { query, parameters, ...statement }: Statement) {
  const { stream } = await client.exec({
    query: `${query} FORMAT ${statement.format}`,
    query_params: parameters as BoundValues,
    clickhouse_settings: statement.settings,
  });
  return collect(stream);
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

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
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
