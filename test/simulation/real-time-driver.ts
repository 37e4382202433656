import type { Scheduler } from './scheduler.js';

/** Runs the tasks of a scheduler in real time, for suites that wait for simulated adapters. @returns a function that ends it. */
export function driveInRealTime(scheduler: Scheduler): () => void {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let isStopped = false;
  const run = async () => {
    isRunning = true;
    for (;;) {
      scheduler.advanceTo(performance.now() - startedAt);
      if (isStopped || scheduler.nextDue > scheduler.monotonic) break;
      await scheduler.step();
    }
    isRunning = false;
    wait();
  };
  const wait = () => {
    clearTimeout(timer);
    if (isStopped || isRunning || scheduler.nextDue === Infinity) return;
    const ms = Math.max(0, scheduler.nextDue - (performance.now() - startedAt));
    timer = setTimeout(() => void run(), Math.min(ms, 60_000));
  };
  scheduler.onAdded = wait;
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
