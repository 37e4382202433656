import type { ProjectionStore } from '#store';
import type { SimulatedClock } from './simulated-clock.js';
import type { SimulatedLog } from './simulated-log.js';
import type { SimulatedProcess } from './simulated-process.js';

/** What a projector is made of, for those who take a fix out of it. */
export interface ProjectorSurroundings {
  readonly process: SimulatedProcess;
  readonly simulatedLog: SimulatedLog;
  /** What it projects by, as a text. */
  readonly rules: string;
}

/** Takes the fix of a fault out again, by what the service is put together from; the code stays as it is. */
export interface Sabotage {
  readonly name: string;
  /** What a power cut does to the disks: whether they say that all is flushed when it is not. */
  readonly disksLie?: boolean;
  readonly storeOfProjector?: (store: ProjectionStore, around: ProjectorSurroundings) => ProjectionStore;
  /** The clock that projectors measure durations by, in milliseconds. */
  readonly stopwatch?: (clock: SimulatedClock) => () => number;
  /** Whether a run of the retention goes by the wall clock, whatever it shows. */
  readonly retentionTrustsClock?: boolean;
}
