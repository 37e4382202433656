import type { Plan, Step } from './plan.js';

/**
 * Leaves out as many steps of a plan as possible while the run still fails: halves first, then ever smaller pieces, until no
 * single step can go. Runs are deterministic, so a plan always shrinks to the same steps.
 *
 * @param mostRuns stops after this many runs with what it has.
 */
export async function shrunk(
  plan: Plan,
  fails: (steps: readonly Step[]) => Promise<boolean>,
  mostRuns = 400,
): Promise<readonly Step[]> {
  let steps = plan.steps;
  let runs = 0;
  for (let size = Math.ceil(steps.length / 2); size >= 1;) {
    let leftOut = false;
    for (let from = 0; from < steps.length && runs < mostRuns;) {
      const fewer = [...steps.slice(0, from), ...steps.slice(from + size)];
      runs++;
      if (await fails(fewer)) {
        steps = fewer;
        leftOut = true;
      } else from += size;
    }
    if (runs >= mostRuns || (size === 1 && !leftOut)) break;
    if (size > 1) size = Math.ceil(size / 2);
  }
  return steps;
}
