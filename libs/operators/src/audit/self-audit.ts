import { AuditRunningError, randomSeed, type Difference } from '#store';
import { wallClock, type Logger, type Metrics } from '#telemetry';
import type { Audits } from '../ops-ports.js';

export interface SelfAuditParts {
  readonly audits: Audits;
  readonly metrics: Pick<Metrics, 'auditDifferences' | 'auditLastSuccess'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** 0 turns audits off. */
  readonly intervalSeconds: number;
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

/** The number of timelines, and of contacts, in each sample. */
export const SELF_AUDIT_SAMPLE = 200;
/** The first sample is taken soon after the start, even if the interval is long. */
const FIRST_AFTER_SECONDS = 60;
const LOGGED_DIFFERENCES = 5;

/** Periodically compares a random sample of the store with its raw events, and warns if they differ. */
export class SelfAudit {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: SelfAuditParts) {}

  start(): void {
    const { intervalSeconds, metrics } = this.parts;
    if (intervalSeconds === 0) return;
    metrics.auditDifferences.set(NaN);
    this.runIn(Math.min(intervalSeconds, FIRST_AFTER_SECONDS));
  }

  /** Stops a running sample at its next part. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  /** Never rejects: failures are logged and leave the metrics unchanged. */
  async run(): Promise<void> {
    const { audits, metrics, logger, now = wallClock } = this.parts;
    const { signal } = this.stopping;
    const seed = randomSeed();
    const differences: Difference[] = [];
    try {
      for await (const part of audits.run({ sample: SELF_AUDIT_SAMPLE, seed, signal })) {
        differences.push(...part.differences);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof AuditRunningError) logger.info('an audit is already running; skipped the sample');
      else logger.warn({ err: error, seed }, 'a sample of the store could not be compared with its events');
      return;
    }
    if (signal.aborted) return;
    metrics.auditDifferences.set(differences.length);
    metrics.auditLastSuccess.set(Math.floor(now() / 1000));
    if (differences.length > 0) this.warn(differences, seed);
  }

  private warn(differences: readonly Difference[], seed: number): void {
    this.parts.logger.warn(
      { seed, count: differences.length, differences: differences.slice(0, LOGGED_DIFFERENCES) },
      'the store differs from its raw events, so answers may be wrong: find out how much with npm run audit, then stop the service and run npm run audit -- --repair or npm run rebuild',
    );
  }

  private runIn(seconds: number): void {
    this.timer = setTimeout(() => {
      this.running = this.run().finally(() => {
        if (!this.stopping.signal.aborted) this.runIn(this.parts.intervalSeconds);
      });
    }, seconds * 1000).unref();
  }
}
