import { reportOf } from './campaign.js';
import { planOfSeed, run } from './run.js';
import { SABOTAGES } from './sabotages.js';

/** A fault has to show within this many seeds. */
const MOST_SEEDS = 400;

describe('the simulation', () => {
  it.each(SABOTAGES)(
    'finds $name',
    async (sabotage) => {
      for (let seed = 0; seed < MOST_SEEDS; seed++) {
        const { differences } = await run(planOfSeed(seed), sabotage);
        if (differences.some((difference) => sabotage.shows.test(difference))) return;
      }
      throw new Error(`nothing was found in ${MOST_SEEDS} seeds`);
    },
    600_000,
  );

  it('reports a failing seed with the few steps that it takes, the same each time', async () => {
    const sabotage = SABOTAGES.find(({ disksLie }) => disksLie)!;
    let seed = 0;
    let outcome = await run(planOfSeed(seed), sabotage);
    while (outcome.kind !== 'failed') outcome = await run(planOfSeed(++seed), sabotage);
    const report = await reportOf(planOfSeed(seed), outcome, sabotage);
    expect(report).toContain(`SIMULATION_SEED=${seed} SIMULATION_SEEDS=1 npm run test:only`);
    const [, kept, all] = /(\d+) of (\d+) steps are enough/.exec(report)!;
    expect(Number(kept)).toBeLessThan(10);
    expect(Number(kept)).toBeLessThan(Number(all));
    expect(await reportOf(planOfSeed(seed), outcome, sabotage)).toBe(report);
  }, 600_000);
});
