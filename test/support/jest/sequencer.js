import { createRequire } from 'node:module';
import { basename } from 'node:path';

// Jest's own, which comes with it.
const { default: TestSequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/** Suites that keep both cores busy, or that measure: about how many seconds each takes on two cores. */
const HEAVY = {
  'cluster.chaos.spec.ts': 240,
  'api-fuzz.spec.ts': 140,
  'all-methods.spec.ts': 110,
  'kill.chaos.spec.ts': 90,
  'audit.spec.ts': 90,
  'store-and-log.spec.ts': 70,
  'add-partitions.chaos.spec.ts': 60,
  'many-months.spec.ts': 60,
  'simulation.spec.ts': 50,
  'sabotages.spec.ts': 30,
  'network.chaos.spec.ts': 25,
};
/** What is assumed of any other suite. */
const LIGHT_SECONDS = 8;

/**
 * Starts the longest suites first, so that none of them is left for the end, and light ones between them, so that no two
 * heavy ones fight for the same two cores.
 */
export default class HeavyApart extends TestSequencer {
  sort(tests) {
    const secondsOf = ({ path }) => HEAVY[basename(path)];
    const heavy = tests.filter((test) => secondsOf(test) !== undefined);
    const light = super.sort(tests.filter((test) => secondsOf(test) === undefined));
    heavy.sort((a, b) => secondsOf(b) - secondsOf(a));
    return [
      ...heavy.flatMap((test) => [test, ...light.splice(0, Math.ceil(secondsOf(test) / LIGHT_SECONDS))]),
      ...light,
    ];
  }
}
