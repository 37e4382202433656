import { Topic, type TopicName } from '#event-log';
import { rulesText } from '#projection';
import { SeededRandom } from '#oracle';
import { planOf, type Plan } from './plan.js';
import type { Sabotage } from './sabotage.js';
import { differencesOf, lostRecords, removedTooEarly, type Differences } from './verdict.js';
import { World } from './world.js';

/** How long the service may take to converge once nothing goes wrong any more, in simulated milliseconds. */
const CONVERGE_MS = 15 * 60_000;
/** The longest time until every process has noticed a change. */
const NOTICE_MS = 10_000;
/** Tasks that are run between two steps of a plan; the rest run late. */
const TASKS_PER_STEP = 150;
/** A step that would have to wait for more tasks is left out. */
const MOST_WAITING_TASKS = 1_000;
/** A service that has not converged after this many tasks never will. */
const MOST_CONVERGING_TASKS = 60_000;

/** How a run ended. */
export interface Outcome {
  /** `failed` if there is any difference, or the service did not converge. */
  readonly kind: 'right' | 'refused' | 'failed';
  readonly differences: Differences;
  /** Equal for two runs that did the same things. */
  readonly trace: string;
  /** Simulated milliseconds. */
  readonly spanMs: number;
  readonly tasks: number;
}

/** Runs a plan to its end, with all of its steps or only the given ones. */
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
  const stalled = await converge(world);
  if (stalled !== undefined) return { kind: 'failed', differences: [stalled] };
  const lost = [...lostRecords(world), ...removedTooEarly(world)];
  const refused = refusals(world);
  const wrongly = refusalDifferences(world, refused);
  if (wrongly.length + lost.length > 0) return { kind: 'failed', differences: [...lost, ...wrongly] };
  if (refused.size === 0) return asOutcome('right', differencesOf(world));
  world.rebuild();
  const stalledAgain = await converge(world);
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

/** Runs the world until nothing is left to do. @returns what is left if it does not converge. */
async function converge(world: World): Promise<string | undefined> {
  const { scheduler } = world;
  const [deadline, mostTasks] = [
    scheduler.monotonic + CONVERGE_MS,
    scheduler.executed + MOST_CONVERGING_TASKS,
  ];
  const noticedBy = scheduler.monotonic + NOTICE_MS;
  while (scheduler.nextDue <= noticedBy && scheduler.executed < mostTasks) await scheduler.step();
  while (scheduler.monotonic < deadline && scheduler.executed < mostTasks) {
    if (unfinished(world) === undefined) return undefined;
    if (!(await scheduler.step())) break;
  }
  const left = unfinished(world);
  return left === undefined ? undefined : `does not converge: ${left}`;
}

/** @returns what is still to do, if anything. */
function unfinished(world: World): string | undefined {
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

/** The refused topics, each with the cause. */
function refusals(world: World): Map<TopicName, string> {
  const refused = new Map<TopicName, string>();
  for (const { topic, state } of world.projectors) {
    if (state.kind === 'refused') refused.set(topic, state.cause);
  }
  return refused;
}

/** A topic must be refused if its store and log do not belong together, and only then. */
function refusalDifferences(world: World, refused: ReadonlyMap<TopicName, string>): string[] {
  const strangers = world.truth.strangers(rulesText(world.rules));
  return Object.values(Topic).flatMap((topic) => {
    const cause = refused.get(topic);
    if (cause !== undefined && !strangers.has(topic))
      return [`${topic} is refused although store and log match: ${cause}`];
    if (cause === undefined && strangers.has(topic)) return [`${topic} of another log is not refused`];
    return [];
  });
}
