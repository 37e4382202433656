import type { SeededRandom } from '#oracle';

/** Waits that are shorter than this end when they should. */
const IDLE_STRETCH_MS = 1_000;

/** Something under way: a request, an answer or a timer. */
export interface Task {
  /** On the monotonic clock, in milliseconds. */
  readonly due: number;
  readonly order: number;
  readonly label: string;
  /** Whether it only ends a wait for something that did not come. */
  readonly isIdle: boolean;
  readonly run: () => void;
}

/**
 * The simulated time, and everything under way in it. Nothing happens by itself: tasks run one after another, the earliest
 * first, and their durations are drawn from the seed, so two runs of a seed do the same things in the same order.
 */
export class Scheduler {
  private readonly heap: Task[] = [];
  private order = 0;
  private hash = 0x811c9dc5;
  private now = 0;
  executed = 0;
  /** Called when a task was added, for drivers that wait. */
  onAdded: () => void = () => undefined;

  constructor(readonly random: SeededRandom) {}

  /** The monotonic clock, in milliseconds since the run began. */
  get monotonic(): number {
    return this.now;
  }

  /** When the next task is due; infinite if there is none. */
  get nextDue(): number {
    return this.heap[0]?.due ?? Infinity;
  }

  add(delayMs: number, label: string, run: () => void, isIdle = false): Task {
    const task = { due: this.now + Math.max(0, delayMs), order: this.order++, label, isIdle, run };
    this.heap.push(task);
    this.rise(this.heap.length - 1);
    this.onAdded();
    return task;
  }

  remove(task: Task): void {
    const index = this.heap.indexOf(task);
    if (index === -1) return;
    const last = this.heap.pop()!;
    if (last === task) return;
    this.heap[index] = last;
    this.rise(index);
    this.sink(index);
  }

  /** Removes all tasks with matching labels. */
  drop(isToGo: (label: string) => boolean): void {
    for (const task of this.heap.filter(({ label }) => isToGo(label))) this.remove(task);
  }

  /** Lets time pass. Tasks that were due meanwhile run late. */
  advanceTo(monotonic: number): void {
    this.now = Math.max(this.now, monotonic);
  }

  /** Runs the next task, and everything that follows from it at once. @returns whether there was one. */
  async step(): Promise<boolean> {
    const task = this.heap[0];
    if (task === undefined) return false;
    this.remove(task);
    this.advanceTo(task.due);
    this.executed++;
    this.trace(task.label);
    task.run();
    await turn();
    return true;
  }

  /**
   * Runs what is due until then, up to `mostTasks`. It skips stretches in which everyone only waits for something to come;
   * such waits end late, as they do on a machine that sleeps.
   */
  async runUntil(monotonic: number, mostTasks: number): Promise<void> {
    for (let ran = 0; ran < mostTasks && this.nextDue <= monotonic; ran++) {
      if (this.heap[0]!.isIdle) {
        const nextBusy = this.nextBusyDue();
        if (nextBusy > monotonic) break;
        if (nextBusy > this.now + IDLE_STRETCH_MS) this.advanceTo(nextBusy);
      }
      await this.step();
    }
    this.advanceTo(monotonic);
  }

  private nextBusyDue(): number {
    return this.heap.reduce((due, task) => (task.isIdle ? due : Math.min(due, task.due)), Infinity);
  }

  /** Adds something that happened to the trace of the run. */
  trace(text: string): void {
    let hash = this.hash;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    this.hash = Math.imul(hash ^ Math.floor(this.now * 1000), 0x01000193);
  }

  /** Equal for two runs that did the same things at the same times. */
  get traceHash(): string {
    return (this.hash >>> 0).toString(16).padStart(8, '0');
  }

  private rise(from: number): void {
    const { heap } = this;
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, heap[at]!)) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  private sink(from: number): void {
    const { heap } = this;
    for (let at = from; ;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && isBefore(heap[child]!, heap[first]!)) first = child;
      }
      if (first === at) return;
      [heap[at], heap[first]] = [heap[first]!, heap[at]!];
      at = first;
    }
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

/** Lets everything run that only waits for its turn: resolved promises, and what they resolve. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
