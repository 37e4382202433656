import { Topic } from '#event-log';
import type { ProjectionState } from '#store';
import { createLogger, createMetrics } from '#telemetry';
import { ProjectionStatus, STUCK_AFTER_MS } from './projection-status.js';

const CAUGHT_UP = { catchUp: { isDone: true, left: 0 }, isVerified: true };
const UNVERIFIED = { ...CAUGHT_UP, isVerified: false };
const behindBy = (left: number) => ({ catchUp: { isDone: false, left }, isVerified: true });

describe('the status of a projection', () => {
  let clock: number;
  let reported: [ProjectionState['kind'], readonly number[]][];
  let status: ProjectionStatus;
  const metrics = createMetrics();

  beforeEach(() => {
    clock = 0;
    reported = [];
    const parts = {
      topic: Topic.status,
      metrics,
      logger: createLogger('silent'),
      onState: (state: ProjectionState, partitions: readonly number[]) =>
        void reported.push([state.kind, partitions]),
    };
    status = new ProjectionStatus(parts, () => clock);
  });

  const kinds = () => reported.map(([kind]) => kind);
  const gauge = async (name: 'projectionBlocked' | 'projectionCatchUpEvents') =>
    (await metrics[name].get()).values[0]!.value;

  it('is starting until a step went through', () => {
    expect(status.state).toEqual({ kind: 'starting' });
    status.succeeded(CAUGHT_UP);
    expect(status.state).toEqual({ kind: 'current' });
  });

  it('does not become current before the log has shown that it is the right one', () => {
    status.succeeded(UNVERIFIED);
    expect(status.state).toEqual({ kind: 'starting' });
  });

  it('reports every step of catching up, and being current once', async () => {
    status.tookOver(behindBy(3));
    expect(await gauge('projectionCatchUpEvents')).toBe(3);
    status.succeeded(behindBy(1));
    for (let n = 0; n < 3; n++) status.succeeded(CAUGHT_UP);
    expect(kinds()).toEqual(['catching_up', 'catching_up', 'current']);
    expect(await gauge('projectionCatchUpEvents')).toBe(0);
  });

  it('reports the same state again for other partitions', () => {
    const [first, second] = [[0, 1], [1]];
    status.own(first);
    status.succeeded(CAUGHT_UP);
    status.own(second);
    status.succeeded(CAUGHT_UP);
    expect(reported).toEqual([
      ['current', first],
      ['current', second],
    ]);
  });

  it('is stuck once batches have failed for a minute without a success between them', async () => {
    status.failed(new Error('the disk is full'));
    clock = STUCK_AFTER_MS - 1;
    status.failed(new Error('the disk is full'));
    expect(status.state.kind).toBe('starting');
    status.succeeded(CAUGHT_UP);
    clock += 1;
    status.failed(new Error('the disk is full'));
    expect(status.state.kind).toBe('current');
    clock += STUCK_AFTER_MS;
    status.failed(new Error('the disk is full'));
    expect(status.state).toEqual({ kind: 'stuck', cause: 'the disk is full' });
    expect(await gauge('projectionBlocked')).toBe(1);
  });

  it('reports a refusal once for each cause, until it is lifted', async () => {
    for (const cause of ['another log', 'another log', 'other rules']) status.refused(cause);
    expect(kinds()).toEqual(['refused', 'refused']);
    expect(await gauge('projectionBlocked')).toBe(1);
    status.succeeded(CAUGHT_UP);
    expect(await gauge('projectionBlocked')).toBe(0);
  });
});
