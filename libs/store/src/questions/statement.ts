/** A statement that reads, with its bound values. */
export interface Statement {
  readonly query: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly format: 'JSONCompactEachRow' | 'RawBLOB';
  readonly settings: Readonly<Record<string, string | number>>;
}

/** A connection on which one statement at a time runs. */
export interface Slot {
  /**
   * The bytes of the answer. Once the signal is aborted the statement is stopped as far as the engine allows. The
   * promise resolves or rejects once the statement no longer runs.
   */
  run(statement: Statement, signal: AbortSignal): Promise<Buffer>;

  /** Called once, when nothing runs. */
  close(): Promise<void>;
}

/** A request to a thread of the engine. */
export interface ThreadRequest extends Statement {
  readonly id: number;
}

/** Its answer: the bytes, or what went wrong. */
export type ThreadAnswer =
  { readonly id: number; readonly bytes: Uint8Array } | { readonly id: number; readonly fault: Fault };

/** An error of the engine in a form that threads can pass on. */
export interface Fault {
  readonly message: string;
  readonly code: unknown;
  readonly stack: string | undefined;
}
