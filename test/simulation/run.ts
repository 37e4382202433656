import { Topic, type TopicName } from '#event-log';
import { rulesText } from '#projection';
import { SeededRandom } from '#oracle';
import { planOf, type Plan } from './plan.js';
import type { Sabotage } from './sabotage.js';
import { differencesOf, lostRecords, removedTooEarly, type Differences } from './verdict.js';
import { World } from './world.js';

/** How long everything may take to settle once nothing goes wrong any more, in simulated milliseconds. */
const SETTLE_MS = 15 * 60_000;
/** How long it takes at most until everybody has looked whether anything has changed. */
const NOTICE_MS = 10_000;
/** So many tasks are run between two steps of a plan; those that are left run late. */
const TASKS_PER_STEP = 150;
/** A step that has to wait for longer is left out. */
const MOST_WAITING_TASKS = 1_000;
/** A service that does so much without settling never will. */
const MOST_SETTLING_TASKS = 60_000;

/** How a run ended. */
export interface Outcome {
  /** `failed` if there is any difference, or nothing settled. */
  readonly kind: 'right' | 'refused' | 'failed';
  readonly differences: Differences;
  /** Equal for two runs in which the same things happened. */
  readonly trace: string;
  /** Simulated milliseconds. */
  readonly spanMs: number;
  readonly tasks: number;
}

/** Runs a plan to its end, with only those of its steps that are given. */
export async function run(plan: Plan, sabotage?: Sabotage, steps = plan.steps): Promise<Outcome> {
  const world = new World(plan, new SeededRandom(`simulation ${plan.seed}`).fork('world'), sabotage);
  world.startAll();
  for (const step of steps) {
    await world.scheduler.runUntil(step.at, TASKS_PER_STEP);
    for (let waited = 0; waited < MOST_WAITING_TASKS && world.hasToWait(step); waited++) {
      await world.scheduler.step();
    }
    if (!world.hasToWait(step)) world.do(step);
  }
  await world.scheduler.runUntil(Math.max(plan.spanMs, world.scheduler.monotonic), TASKS_PER_STEP);
  world.heal();
  const { kind, differences } = await judge(world);
  const { traceHash: trace, monotonic: spanMs, executed: tasks } = world.scheduler;
  world.endAll();
  return { kind, differences, trace, spanMs, tasks };
}

export function planOfSeed(seed: number): Plan {
  return planOf(seed, new SeededRandom(`simulation ${seed}`).fork('plan'));
}

async function judge(world: World): Promise<Pick<Outcome, 'kind' | 'differences'>> {
  const stalled = await settle(world);
  if (stalled !== undefined) return { kind: 'failed', differences: [stalled] };
  const lost = [...lostRecords(world), ...removedTooEarly(world)];
  const refused = refusals(world);
  const wrongly = refusalDifferences(world, refused);
  if (wrongly.length + lost.length > 0) return { kind: 'failed', differences: [...lost, ...wrongly] };
  if (refused.size === 0) return asOutcome('right', differencesOf(world));
  world.rebuild();
  const stalledAgain = await settle(world);
  if (stalledAgain !== undefined)
    return { kind: 'failed', differences: [`after a rebuild: ${stalledAgain}`] };
  const refusedAgain = [...refusals(world)].map(
    ([topic, cause]) => `after a rebuild: ${topic} refused: ${cause}`,
  );
  return asOutcome('refused', [...refusedAgain, ...differencesOf(world)]);
}

function asOutcome(kind: Outcome['kind'], differences: Differences): Pick<Outcome, 'kind' | 'differences'> {
  return { kind: differences.length === 0 ? kind : 'failed', differences };
}

/** Lets everything go on until nothing is left to do. @returns why it does not settle, if it does not. */
async function settle(world: World): Promise<string | undefined> {
  const { scheduler } = world;
  const [deadline, mostTasks] = [scheduler.monotonic + SETTLE_MS, scheduler.executed + MOST_SETTLING_TASKS];
  const noticedBy = scheduler.monotonic + NOTICE_MS;
  while (scheduler.nextDue <= noticedBy && scheduler.executed < mostTasks) await scheduler.step();
  while (scheduler.monotonic < deadline && scheduler.executed < mostTasks) {
    if (unsettled(world) === undefined) return undefined;
    if (!(await scheduler.step())) break;
  }
  const left = unsettled(world);
  return left === undefined ? undefined : `does not settle: ${left}`;
}

/** @returns what is still to be done. */
function unsettled(world: World): string | undefined {
  if (world.spooled() > 0) return `${world.spooled()} records are in the spool`;
  const refused = refusals(world);
  for (const topic of Object.values(Topic)) {
    if (refused.has(topic)) continue;
    const states = world.projectors.filter((each) => each.topic === topic).map(({ state }) => state);
    const other = states.find(({ kind }) => kind !== 'current');
    if (other !== undefined) return `${topic} is ${JSON.stringify(other)}`;
    for (const { partition, begin, end } of world.log.extents(topic)) {
      const offset = world.store.tables.position(topic, partition, world.log.identity(topic))?.offset ?? 0;
      if (begin < end && offset < end)
        return `the store is at ${offset} of ${topic}/${partition}, the log at ${end}`;
    }
  }
  return undefined;
}

/** The topics that are refused, each with why. */
function refusals(world: World): Map<TopicName, string> {
  const refused = new Map<TopicName, string>();
  for (const { topic, state } of world.projectors) {
    if (state.kind === 'refused') refused.set(topic, state.cause);
  }
  return refused;
}

/** Refusing is right only where store and log do not belong together, and there it has to be. */
function refusalDifferences(world: World, refused: ReadonlyMap<TopicName, string>): string[] {
  const strangers = world.truth.strangers(rulesText(world.rules));
  return Object.values(Topic).flatMap((topic) => {
    const cause = refused.get(topic);
    if (cause !== undefined && !strangers.has(topic)) return [`${topic} is refused without need: ${cause}`];
    if (cause === undefined && strangers.has(topic)) return [`${topic} of another log is not refused`];
    return [];
  });
}
