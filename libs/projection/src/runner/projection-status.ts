import type { ProjectionState } from '#store';
import type { CatchUp } from '../taking-over/catch-up.js';
import type { ProjectorParts } from './projector-parts.js';

/** A batch that fails for longer than this is a state of its own, which is reported and makes queries refuse. */
export const STUCK_AFTER_MS = 60_000;

/** What a projector has to get through before its store may be answered from. */
export interface Progress {
  readonly catchUp: Pick<CatchUp, 'isDone' | 'left'>;
  /** Whether the log has shown that it is the one that the store was made from. */
  readonly isVerified: boolean;
}

type StatusParts = Pick<ProjectorParts, 'topic' | 'metrics' | 'logger' | 'onState'>;

/** The state of a topic's projection. Logs, counts and reports every change of it. */
export class ProjectionStatus {
  private present: ProjectionState = { kind: 'starting' };
  private failingSince: number | undefined;
  private partitions: readonly number[] = [];
  private reportedPartitions: readonly number[] = [];

  /** @param clock for durations, in milliseconds from an arbitrary origin. */
  constructor(
    private readonly parts: StatusParts,
    private readonly clock: () => number,
  ) {}

  get state(): ProjectionState {
    return this.present;
  }

  /** The state is that of these partitions from now on. */
  own(partitions: readonly number[]): void {
    this.partitions = partitions;
  }

  /** The store lacks what it once had, and records of it are about to be projected. */
  catchingUp(left: number): void {
    this.enter({ kind: 'catching_up', left });
  }

  /** Partitions were taken over. */
  tookOver(progress: Progress): void {
    const { logger, topic } = this.parts;
    this.succeeded(progress);
    if (this.present.kind !== 'catching_up') return;
    const { left } = this.present;
    logger.warn({ topic, left }, 'the store is behind its log; queries wait until it has caught up');
  }

  /** A step went through. */
  succeeded({ catchUp, isVerified }: Progress): void {
    const { logger, topic } = this.parts;
    this.failingSince = undefined;
    if (!catchUp.isDone) return this.catchingUp(catchUp.left);
    // The last record of a partition, which is still to come, may show that the log is another one.
    if (!isVerified) return;
    if (this.present.kind === 'catching_up') logger.info({ topic }, 'the store has caught up with its log');
    this.enter({ kind: 'current' });
  }

  /** A batch failed, and will be retried. */
  failed(error: unknown): void {
    this.failingSince ??= this.clock();
    if (this.clock() - this.failingSince < STUCK_AFTER_MS) return;
    this.enter({ kind: 'stuck', cause: error instanceof Error ? error.message : String(error) });
  }

  /** Store and log do not belong together. */
  refused(cause: string): void {
    const { logger, topic } = this.parts;
    if (causeOf(this.present) !== cause) logger.error({ topic }, `nothing is projected: ${cause}`);
    this.enter({ kind: 'refused', cause });
  }

  private enter(state: ProjectionState): void {
    const before = this.present;
    this.present = state;
    this.measure(state);
    const isOther = before.kind !== state.kind || causeOf(before) !== causeOf(state);
    const isOfOthers = this.reportedPartitions !== this.partitions;
    if (isOther || isOfOthers || state.kind === 'catching_up') this.parts.onState?.(state, this.partitions);
    this.reportedPartitions = this.partitions;
  }

  private measure(state: ProjectionState): void {
    const { metrics, topic } = this.parts;
    metrics.projectionBlocked.set({ topic }, state.kind === 'stuck' || state.kind === 'refused' ? 1 : 0);
    metrics.projectionCatchUpEvents.set({ topic }, state.kind === 'catching_up' ? state.left : 0);
  }
}

function causeOf(state: ProjectionState): string | undefined {
  return 'cause' in state ? state.cause : undefined;
}
