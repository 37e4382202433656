import type { Scheduler, Task } from './scheduler.js';
import type { SimulatedClock } from './simulated-clock.js';

/** How long a request takes: mostly milliseconds, sometimes longer than anyone waits. */
export interface Latency {
  draw(): number;
}

/**
 * Who performs a request, and so what becomes of it when the requesting process crashes: `own`, it never happens; `local`,
 * the machine has done it or never will; `remote`, it may also happen later.
 */
export type Performer = 'own' | 'local' | 'remote';

interface UnderWay {
  readonly task: Task;
  readonly label: string;
  readonly by: Performer;
  readonly effect: () => void;
}

/**
 * A process of the service. Its code waits for everything here. When it crashes, nothing that was under way returns to it,
 * and each request to others has happened, happens later, or never does.
 */
export class SimulatedProcess {
  private readonly underWay = new Set<UnderWay>();
  private readonly lanes = new Map<string, number>();
  private ended = false;

  constructor(
    readonly name: string,
    private readonly scheduler: Scheduler,
    readonly clock: SimulatedClock,
    private readonly latency: Latency,
  ) {}

  get isAlive(): boolean {
    return !this.ended;
  }

  get monotonic(): number {
    return this.scheduler.monotonic;
  }

  /**
   * Sends a request to a disk or another machine.
   *
   * @param lane requests in one lane happen in the order in which they were made.
   */
  request<T>(label: string, by: Performer, effect: () => T, lane?: string): Promise<T> {
    return new Promise((resolve, reject) => {
      this.start(label, this.delayIn(lane), by, () => {
        try {
          const answer = effect();
          if (!this.ended) resolve(answer);
        } catch (error) {
          if (!this.ended) reject(error as Error);
        }
      });
    });
  }

  /** Calls back after `ms`. @param isIdle whether it ends a wait in vain. @returns a function that cancels it. */
  readonly timer = (ms: number, onDue: () => void, isIdle = false): (() => void) => {
    const underWay = this.start('timer', ms, 'own', onDue, isIdle);
    return () => this.finish(underWay);
  };

  /** Like that of `node:timers/promises`, it rejects once the signal is aborted. */
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const abort = () => {
        stop();
        reject(new Error('aborted'));
      };
      const stop = this.timer(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });

  /** Ends at once, wherever its code is waiting. */
  crash(): void {
    this.ended = true;
    const { random } = this.scheduler;
    for (const each of this.underWay) {
      this.scheduler.remove(each.task);
      if (each.by === 'own') continue;
      const fate = random.next();
      if (fate < 0.4) each.effect();
      else if (fate < 0.6 && each.by === 'remote')
        this.scheduler.add(random.integer(0, 5_000), `late ${each.label}`, each.effect);
    }
    this.underWay.clear();
  }

  private delayIn(lane: string | undefined): number {
    const delay = this.latency.draw();
    if (lane === undefined) return delay;
    const due = Math.max(this.monotonic + delay, this.lanes.get(lane) ?? 0);
    this.lanes.set(lane, due);
    return due - this.monotonic;
  }

  private start(label: string, delayMs: number, by: Performer, effect: () => void, isIdle = false): UnderWay {
    if (this.ended) return { task: DONE, label, by, effect };
    const task = this.scheduler.add(
      delayMs,
      `${this.name} ${label}`,
      () => {
        this.underWay.delete(underWay);
        effect();
      },
      isIdle,
    );
    const underWay: UnderWay = { task, label, by, effect };
    this.underWay.add(underWay);
    return underWay;
  }

  private finish(underWay: UnderWay): void {
    this.scheduler.remove(underWay.task);
    this.underWay.delete(underWay);
  }
}

const DONE: Task = { due: 0, order: -1, label: '', isIdle: true, run: () => undefined };
