/** A statement that reads, with the values that are bound in it. */
export interface Statement {
  readonly query: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly format: 'JSONCompactEachRow' | 'RawBLOB';
  readonly settings: Readonly<Record<string, string | number>>;
}

/** A connection on which one statement at a time runs. */
export interface Slot {
  /**
   * The bytes of the answer. A statement whose signal is aborted has to be stopped as far as the engine allows, and settles
   * once it no longer runs.
   */
  run(statement: Statement, signal: AbortSignal): Promise<Buffer>;

  /** Called once, when nothing runs. */
  close(): Promise<void>;
}

/** What a thread of the engine is asked for. */
export interface ThreadRequest extends Statement {
  readonly id: number;
}

/** What it answers: the bytes of the answer, or what went wrong. */
export type ThreadAnswer =
  { readonly id: number; readonly bytes: Uint8Array } | { readonly id: number; readonly fault: Fault };

/** An error of the engine in a form that threads can pass on. */
export interface Fault {
  readonly message: string;
  readonly code: unknown;
  readonly stack: string | undefined;
}
