import { Topic } from '#event-log';
import { startPositions, uncommitted } from './start-positions.js';

const topic = Topic.status;
const committedAt = (partition: number, offset: number, metadata = '') => ({ partition, offset, metadata });
const storedAt = (partition: number, offset: number) => ({
  ...{ topic, partition, offset },
  ...{ logId: 'log', metadata: 'm', rules: 'r', lastRecord: 'last' },
});

describe('where a projector starts in its partitions', () => {
  let warnings: unknown[];
  const startsAt = (stored: number | undefined, begin: number) => {
    warnings = [];
    return startPositions(
      {
        topic,
        committed: [committedAt(0, 7)],
        stored: stored === undefined ? [] : [storedAt(0, stored)],
        offsets: [{ partition: 0, begin, end: 9 }],
      },
      { warn: (fields: unknown) => void warnings.push(fields) },
    );
  };

  it('is where the store is, whatever the group has committed', () => {
    expect(startsAt(5, 0)).toEqual([storedAt(0, 5)]);
    expect(startsAt(5, 5)).toEqual([storedAt(0, 5)]);
  });

  it('is the oldest record of the log if the store has nothing', () => {
    expect(startsAt(undefined, 3)).toMatchObject([{ offset: 3, metadata: '', lastRecord: '' }]);
    expect(warnings).toEqual([]);
  });

  it('is the oldest record of the log if retention has removed what the store lacks, with a warning', () => {
    expect(startsAt(2, 5)).toEqual([{ ...storedAt(0, 5), lastRecord: '' }]);
    expect(warnings).toEqual([{ topic, partition: 0, removed: 3 }]);
  });

  it('is committed only where it differs from what the group has', () => {
    const committed = [committedAt(0, 5, 'm'), committedAt(1, 5, 'm'), committedAt(2, 5, '')];
    const positions = [storedAt(0, 5), storedAt(1, 6), storedAt(2, 5), storedAt(3, 1)];
    expect(uncommitted(positions, committed).map(({ partition }) => partition)).toEqual([1, 2, 3]);
  });
});
