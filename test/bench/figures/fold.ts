import type { Owned } from '../owned.js';
import type { FoldResult } from '../processes/fold.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { sampleOf } from '../measuring/statistics.js';

const ROUNDS = 5;
const WARM_UP_SECONDS = 2;

export const FOLD_METHOD = `foldTimeline alone, in a separate process, repeatedly over about a million events:
timelines of 50 to 2 000 events (lengths distributed evenly by logarithm), exit and enter in the same second, one
event in a hundred repeated, one in twenty swapped with one up to three places away. After a warm-up, ${ROUNDS} runs
share the measured time.`;

export async function measureFold(owned: Owned, seconds: number, seed: number): Promise<Figure[]> {
  const [folding] = await owned.process('fold');
  await folding.ask({ seed, seconds: WARM_UP_SECONDS });
  const results: FoldResult[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const result = await folding.ask<FoldResult>({ seed, seconds: seconds / ROUNDS });
    progress(`fold: ${Math.round(result.eventsPerSecond)} events/s`);
    results.push(result);
  }
  await folding.stop();
  const { timelines, events } = results[0]!;
  return [
    {
      name: 'fold',
      what: 'events/s of the fold alone, on one core',
      goal: { atLeast: 1_000_000 },
      unit: 'events/s',
      measured: sampleOf(results.map(({ eventsPerSecond }) => eventsPerSecond)),
      details: { timelines, events, 'cores busy': sampleOf(results.map(({ cores }) => cores)).median },
    },
  ];
}
