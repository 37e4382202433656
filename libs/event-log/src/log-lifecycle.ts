/** Readiness and shutdown of a connection to the log. */
export interface LogLifecycle {
  /**
   * Resolves if this connection can do its work at present.
   *
   * @throws LogUnavailableError otherwise, and once it is closed.
   */
  ping(): Promise<void>;

  /** Finishes the appends in progress, then releases all resources. Later calls reject. Closing twice is harmless. */
  close(): Promise<void>;
}
