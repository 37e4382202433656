/** Where the store is: a ClickHouse server, or the engine in this process with its files below `dataDirectory`. */
export type StoreSettings = ServerSettings | EmbeddedSettings;

export interface ServerSettings {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly database: string;
  /** The name of the server's cluster, as in its configuration; a single server if not given. */
  readonly cluster?: string;
}

export interface EmbeddedSettings {
  /** The service's data directory; the engine's files are in `store/` below it. */
  readonly dataDirectory: string;
  readonly database: string;
}

/** What a connection is used for. */
export interface StoreUse {
  /**
   * Whether it serves questions of clients: their statements then wait for slots of their size, are limited by client
   * and use all cores. Otherwise statements run one after another on one core, which suits small ones best.
   */
  readonly questions?: boolean;
}
