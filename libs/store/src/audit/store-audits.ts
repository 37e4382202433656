import { DAY_MS } from '#domain';
import { wallClock } from '#telemetry';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreConnection } from '../connection/connection.js';
import { audit, auditLogged, auditSample, type AuditOptions, type AuditProgress } from './audit.js';
import type { LoggedEvents } from './missing-events.js';

export interface StoreAuditsOptions {
  readonly database: string;
  readonly stateMaxAgeMs: number;
  /** Anything older may be partly gone and is not compared. */
  readonly retentionDays: number;
  /** The events of the log that must be in the store by now. Without it the raw events are trusted. */
  readonly logged?: () => AsyncIterable<LoggedEvents>;
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

export interface AuditRequest {
  /** This many timelines and contacts; the whole store if not given. */
  readonly sample?: number;
  /** See `SampleOptions`. */
  readonly seed?: number;
  /** Stops the audit at the next part. */
  readonly signal?: AbortSignal;
}

/** Another audit of this process is running; a second would double the load. */
export class AuditRunningError extends Error {
  override readonly name = 'AuditRunningError';

  constructor() {
    super('an audit is running');
  }
}

export const MAX_SEED = 2 ** 32 - 1;

/** Parts keep the engine busy for some tenths of a second each; in between, others get their turn. */
const EVENTS_PER_PART = 25_000;
const MAX_REST_MS = 5_000;
/** A batch of a projector is written within a second or two. */
const WRITE_MS = 2_000;
/** An audit whose parts nobody takes cannot end by itself. */
const LONGEST_STOP_MS = 5_000;

/**
 * Audits of a store that serves and is written to. They are read-only, run one at a time and rest as long as they work,
 * and differences are reported only if they stay.
 */
export class StoreAudits {
  private running: { readonly over: Promise<void>; end(): void } | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly connection: StoreConnection,
    private readonly options: StoreAuditsOptions,
  ) {}

  /** @throws AuditRunningError when the first part is taken. */
  async *run({ sample, seed = randomSeed(), signal }: AuditRequest): AsyncGenerator<AuditProgress> {
    if (this.running !== undefined) throw new AuditRunningError();
    const { promise: over, resolve: end } = withResolver();
    this.running = { over, end };
    const { signal: stopped } = this.stopping;
    const ended = signal === undefined ? stopped : AbortSignal.any([signal, stopped]);
    try {
      const options = this.auditOptions(ended);
      const parts =
        sample === undefined
          ? this.whole(options)
          : auditSample(this.connection, { ...options, sample, seed });
      for await (const part of parts) {
        if (ended.aborted) return;
        yield part;
      }
    } finally {
      this.running = undefined;
      end();
    }
  }

  private async *whole(options: AuditOptions & { readonly sinceMs: number }): AsyncGenerator<AuditProgress> {
    const { logged } = this.options;
    let parts = 0;
    for await (const part of audit(this.connection, options)) {
      parts = part.parts + (logged === undefined ? 0 : 1);
      yield { ...part, parts };
    }
    if (logged !== undefined) {
      for await (const part of auditLogged(this.connection, logged(), options)) {
        yield { ...part, parts, done: part.done === 0 ? parts - 1 : parts };
      }
    }
  }

  /** Stops a running audit at its next part and waits for it, so that the connection can be closed. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const longest = sleep(LONGEST_STOP_MS, undefined, { ref: false });
    await Promise.race([this.running?.over, longest]);
  }

  private auditOptions(signal: AbortSignal) {
    const { database, stateMaxAgeMs, retentionDays, now = wallClock } = this.options;
    const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
    return {
      database,
      stateMaxAgeMs,
      sinceMs: now() - retentionDays * DAY_MS,
      eventsPerPart: EVENTS_PER_PART,
      beside: {
        rest: (tookMs: number) => pause(Math.min(tookMs, MAX_REST_MS)),
        awaitWrites: () => pause(WRITE_MS),
        clock: () => performance.now(),
      },
    };
  }
}

/** A seed for a sample. Callers report it so that the sample can be repeated. */
export function randomSeed(): number {
  return randomInt(MAX_SEED + 1);
}

function withResolver() {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
