import { setTimeout as sleep } from 'node:timers/promises';
import type { ProjectionState, ProjectionStateStore } from '#store';
import type { Logger } from '#telemetry';

const RETRY_MS = 1_000;

interface Report {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly state: ProjectionState;
}

/**
 * Writes the states of projectors to the store, for the processes that answer. A state is written only when its kind, cause
 * or partitions change. A failed write is retried until it succeeds or a newer state has come.
 */
export class StateReporter {
  private readonly stopping = new AbortController();
  private readonly waiting = new Map<string, Report>();
  private readonly written = new Map<string, string>();
  private working: Promise<void> | undefined;

  constructor(
    private readonly store: Pick<ProjectionStateStore, 'writeState'>,
    private readonly logger: Logger,
  ) {}

  report(topic: string, partitions: readonly number[], state: ProjectionState): void {
    this.waiting.set(topic, { topic, partitions, state });
    this.working ??= this.work().finally(() => (this.working = undefined));
  }

  /** Writes nothing more. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    while (this.waiting.size > 0 && !this.stopping.signal.aborted) {
      for (const [topic, report] of this.waiting) {
        if (!(await this.write(report))) continue;
        if (this.waiting.get(topic) === report) this.waiting.delete(topic);
      }
      if (this.waiting.size > 0) await this.pause();
    }
  }

  private async write({ topic, partitions, state }: Report): Promise<boolean> {
    const summary = JSON.stringify([partitions, state.kind, 'cause' in state ? state.cause : '']);
    if (this.written.get(topic) === summary || partitions.length === 0) return true;
    try {
      await this.store.writeState(topic, partitions, state);
      this.written.set(topic, summary);
      return true;
    } catch (error) {
      this.logger.warn({ err: error, topic }, 'the state of the projection cannot be written; trying again');
      return false;
    }
  }

  private async pause(): Promise<void> {
    await sleep(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
