import { SeededRandom } from '#oracle';
import { Scheduler } from './scheduler.js';
import { SimulatedClock } from './simulated-clock.js';
import { SimulatedProcess } from './simulated-process.js';

describe('simulated time', () => {
  let scheduler: Scheduler;
  let done: string[];

  beforeEach(() => {
    scheduler = new Scheduler(new SeededRandom('time'));
    done = [];
  });

  const add = (delayMs: number, name: string, isIdle = false) =>
    scheduler.add(delayMs, name, () => done.push(name), isIdle);

  it('runs tasks when they are due, and those due at once in the order in which they were added', async () => {
    add(20, 'c');
    add(10, 'a');
    add(10, 'b');
    await scheduler.runUntil(15, 100);
    expect([done, scheduler.monotonic]).toEqual([['a', 'b'], 15]);
    await scheduler.runUntil(30, 100);
    expect([done, scheduler.monotonic]).toEqual([['a', 'b', 'c'], 30]);
  });

  it('does not run removed tasks', async () => {
    const tasks = Array.from({ length: 20 }, (_, n) => add(n, `${n}`));
    for (const task of tasks) if (Number(task.label) % 3 !== 0) scheduler.remove(task);
    await scheduler.runUntil(100, 100);
    expect(done).toEqual(['0', '3', '6', '9', '12', '15', '18']);
  });

  it('skips the time in which everyone only waits', async () => {
    const wait = (): void => void scheduler.add(1_000, 'wait', () => (done.push('waited'), wait()), true);
    wait();
    add(3_600_000, 'event');
    await scheduler.runUntil(3_600_000, 100);
    expect(done).toEqual(['waited', 'event']);
    expect(scheduler.monotonic).toBe(3_600_000);
  });

  it('returns nothing to a crashed process, whether or not its requests took effect', async () => {
    const clock = new SimulatedClock(scheduler);
    const process = new SimulatedProcess('p', scheduler, clock, { draw: () => 5 });
    let effects = 0;
    const answers: unknown[] = [];
    for (let n = 0; n < 100; n++) {
      void process.request('r', 'remote', () => effects++).then((answer) => answers.push(answer));
    }
    void process.sleep(1).then(() => answers.push('slept'));
    process.crash();
    const atOnce = effects;
    await scheduler.runUntil(60_000, 1_000);
    expect(answers).toEqual([]);
    expect(atOnce).toBeGreaterThan(10);
    expect(effects).toBeGreaterThan(atOnce);
    expect(effects).toBeLessThan(90);
  });

  it('keeps the order of requests in one lane', async () => {
    const clock = new SimulatedClock(scheduler);
    const latency = { draw: () => scheduler.random.next() * 100 };
    const process = new SimulatedProcess('p', scheduler, clock, latency);
    const order: number[] = [];
    for (let n = 0; n < 20; n++) void process.request('r', 'local', () => order.push(n), 'lane');
    await scheduler.runUntil(1_000, 100);
    expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });
});

describe('a simulated clock', () => {
  it('advances with the simulated time, and keeps the offset that it was set to', async () => {
    const scheduler = new Scheduler(new SeededRandom('clock'));
    const clock = new SimulatedClock(scheduler);
    const before = clock.now();
    scheduler.advanceTo(1_000);
    clock.jump(-3_600_000);
    expect(clock.now() - before).toBe(1_000 - 3_600_000);
  });
});
