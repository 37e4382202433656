import { DAY_MS, type Plan, type Step } from './plan.js';
import { planOfSeed, run, type Outcome } from './run.js';
import type { Sabotage } from './sabotage.js';
import { shrunk } from './shrink.js';

/** The results of a campaign so far. */
export interface Tally {
  seeds: number;
  right: number;
  refused: number;
  failed: number;
  /** The time that passed in all runs, by clocks that nobody sets. */
  simulatedDays: number;
  processorMinutes: number;
}

export interface CampaignOptions {
  readonly firstSeed: number;
  readonly seeds: number;
  /** The campaign ends after this many failures. */
  readonly mostFailures: number;
  readonly onProgress?: (tally: Tally) => void;
}

/** Runs one seed after another. @returns the results, and how to repeat each failure. */
export async function campaign({ firstSeed, seeds, mostFailures, onProgress }: CampaignOptions) {
  const tally: Tally = { seeds: 0, right: 0, refused: 0, failed: 0, simulatedDays: 0, processorMinutes: 0 };
  const failures: string[] = [];
  const before = process.cpuUsage();
  for (let seed = firstSeed; seed < firstSeed + seeds && failures.length < mostFailures; seed++) {
    const plan = planOfSeed(seed);
    const outcome = await run(plan);
    tally.seeds++;
    tally[outcome.kind]++;
    tally.simulatedDays += outcome.spanMs / DAY_MS;
    const { user, system } = process.cpuUsage(before);
    tally.processorMinutes = (user + system) / 60_000_000;
    onProgress?.(tally);
    if (outcome.kind === 'failed') failures.push(await reportOf(plan, outcome));
  }
  return { tally, failures };
}

/** A campaign in one line. */
export function tallyLine({ seeds, right, refused, failed, simulatedDays, processorMinutes }: Tally): string {
  const perMinute = Math.round(simulatedDays / Math.max(processorMinutes, 1e-9));
  return (
    `${seeds} seeds: ${right} right, ${refused} refused rightly, ${failed} failed; ` +
    `${Math.round(simulatedDays)} simulated days, ${perMinute} a minute of processor time`
  );
}

/** What failed, in as few steps as it takes, and the commands that repeat it. */
export async function reportOf(plan: Plan, outcome: Outcome, sabotage?: Sabotage): Promise<string> {
  const fails = async (steps: readonly Step[]) => (await run(plan, sabotage, steps)).kind === 'failed';
  const steps = await shrunk(plan, fails);
  const { differences } = await run(plan, sabotage, steps);
  const shape: Partial<Plan> = { ...plan };
  delete (shape as { steps?: unknown }).steps;
  const command = 'npm run test:only -- test/simulation/simulation';
  const kept = steps.map((step) => plan.steps.indexOf(step)).join(',');
  return [
    `seed ${plan.seed} fails: ${outcome.differences[0]}`,
    `Repeat it:            SIMULATION_SEED=${plan.seed} SIMULATION_SEEDS=1 ${command}`,
    `Repeat what is below: SIMULATION_SEED=${plan.seed} SIMULATION_STEPS=${kept} ${command}`,
    `${steps.length} of ${plan.steps.length} steps are enough, with ${JSON.stringify(shape)}:`,
    ...steps.map((step) => `  ${JSON.stringify(step)}`),
    ...differences.slice(0, 10).map((difference) => `  => ${difference}`),
  ].join('\n');
}
