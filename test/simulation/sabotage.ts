import type { ProjectionStore } from '#store';
import type { SimulatedClock } from './simulated-clock.js';
import type { SimulatedLog } from './simulated-log.js';
import type { SimulatedProcess } from './simulated-process.js';

/** What surrounds a projector, for sabotages. */
export interface ProjectorSurroundings {
  readonly process: SimulatedProcess;
  readonly simulatedLog: SimulatedLog;
  /** The rules that it projects by, as a text. */
  readonly rules: string;
}

/** Takes the fix of a fault out again by replacing a part of the service; the code stays as it is. */
export interface Sabotage {
  readonly name: string;
  /** Whether disks claim to have flushed what a power cut then loses. */
  readonly disksLie?: boolean;
  readonly storeOfProjector?: (store: ProjectionStore, around: ProjectorSurroundings) => ProjectionStore;
  /** The clock that projectors measure durations by, in milliseconds. */
  readonly stopwatch?: (clock: SimulatedClock) => () => number;
  /** Whether the retention trusts the wall clock, whatever it shows. */
  readonly retentionTrustsClock?: boolean;
}
