import { join } from 'node:path';
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { drainPending } from 'chdb';
import type { Asker, QuestionSize } from '../questions/asker.js';
import { questionsOfEngine, questionsOfServer, type Questions } from '../questions/question-slots.js';
import { ServerSlot } from '../questions/server-slot.js';
import type { Statement } from '../questions/statement.js';
import { deduplicationToken } from './deduplication-token.js';
import { embeddedClient, readFromEngine } from './embedded-client.js';
import { EncodedRows } from './encoded-rows.js';
import { splitLongLists } from './long-lists.js';
import { serverClient } from './server-client.js';
import {
  CLUSTER_SETTINGS,
  EMBEDDED_SETTINGS,
  LATEST_ROWS,
  READ_BACK_INSERT,
  SERVER_SETTINGS,
} from './statement-settings.js';
import type { EmbeddedSettings, ServerSettings, StoreSettings, StoreUse } from './store-settings.js';
import { retryingTransient } from './transient-failures.js';
import type { BoundValues, Row } from './values.js';

export interface InsertOptions {
  /** Whether `latestRows` must see the rows. */
  readonly readBack?: boolean;
}

/** What all views of one connection share. */
interface Shared {
  readonly client: ClickHouseClient;
  readonly settings: Statement['settings'];
  readonly isServer: boolean;
  readonly closing: AbortController;
  /** Where questions wait; `undefined` if the connection does not serve any. */
  readonly questions: Questions | undefined;
}

/** Runs statements on the store. Values reach a statement as bound parameters (`{name:Type}`) only. */
export class StoreConnection {
  private constructor(
    private readonly shared: Shared,
    /** The name of the cluster, if the store is one. */
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
    const questions = forQuestions ? questionsOfServer(client, settings) : undefined;
    return new StoreConnection(
      { client, settings, isServer: true, closing: new AbortController(), questions },
      cluster,
    );
  }

  private static toEngine({ dataDirectory }: EmbeddedSettings, forQuestions: boolean): StoreConnection {
    const path = join(dataDirectory, 'store');
    const client = embeddedClient(path);
    const settings = { ...EMBEDDED_SETTINGS, max_threads: 1 };
    const questions = forQuestions ? questionsOfEngine(client, path) : undefined;
    return new StoreConnection(
      { client, settings, isServer: false, closing: new AbortController(), questions },
      undefined,
    );
  }

  /** The same store for one asker: what they read is limited, and given up once they no longer want it. */
  askedBy(asker: Asker): StoreConnection {
    return new StoreConnection(this.shared, this.cluster, this.size, asker);
  }

  /** The same store for questions of one size; see {@link QuestionSize}. */
  forQuestion(size: QuestionSize): StoreConnection {
    return new StoreConnection(this.shared, this.cluster, size, this.asker);
  }

  /** Runs a statement that returns nothing. */
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

  /** Like `rows`, and sees everything inserted as `readBack` before, by any process. */
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
   * The bytes of a single value, for text that the statement itself formats.
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
   * Inserts the rows, in the order of `columns`, and resolves once they are durable. If a server is briefly gone the
   * insert is retried: rows may then be sent twice, and are kept once where the server checks the token.
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
   * Gives up waiting and running questions, waits for other statements and closes. The process may end only then: the
   * engine crashes if it loses a connection on which a statement runs.
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
