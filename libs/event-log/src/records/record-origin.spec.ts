import type { NewRecord } from '../log-record.js';
import {
  MAX_NUMBER,
  MAX_RANGE_NUMBERS,
  MAX_REPORTED_RANGES,
  originOf,
  producerIdAt,
  withOrigin,
  type NumberRange,
  type RecordOrigin,
} from './record-origin.js';

const RECEIVER = producerIdAt(1_700_000_000_000, 7);
const read = ({ value }: NewRecord) => originOf(JSON.parse(value) as Record<string, unknown>);
const ranges = (count: number): NumberRange[] =>
  Array.from({ length: count }, (_, i) => [2 * i + 1, 2 * i + 1]);

describe('the origin of a record', () => {
  it.each<Partial<RecordOrigin>>([
    {},
    { sequence: MAX_NUMBER, lowWatermark: MAX_NUMBER - 1 },
    { rejected: [[1, 1]] },
    {
      rejected: [
        [1, 5],
        [9, 99],
      ],
    },
    { sequence: 1_000, rejected: ranges(MAX_REPORTED_RANGES) },
    { sequence: MAX_RANGE_NUMBERS + 1, rejected: [[1, MAX_RANGE_NUMBERS]] },
  ])('decodes to what was encoded: %j', (more) => {
    const origin: RecordOrigin = {
      producerId: RECEIVER,
      sequence: 100,
      lowWatermark: 99,
      rejected: [],
      ...more,
    };
    const record = withOrigin({ key: 'k', value: '{"v":1}' }, origin);
    expect(record.key).toBe('k');
    expect(read(record)).toEqual(origin);
    expect(JSON.parse(record.value)).toMatchObject({ v: 1 });
  });

  it('starts with the second at which the receiver started', () => {
    expect(RECEIVER).toBe('6553f10000000007');
  });

  it.each([
    [undefined],
    ['text'],
    [{ receiver: RECEIVER }],
    [[RECEIVER, 1]],
    [['6553F10000000007', 1, 0]],
    [['6553f1000000000', 1, 0]],
    [[RECEIVER, 0, 0]],
    [[RECEIVER, MAX_NUMBER + 1, 0]],
    [[RECEIVER, 1.5, 0]],
    [[RECEIVER, '1', 0]],
    [[RECEIVER, 2, -1]],
    [[RECEIVER, 2, 2]],
    [[RECEIVER, 9, 0, 1]],
    [[RECEIVER, 9, 0, 3, 2]],
    [[RECEIVER, 9, 0, 0, 2]],
    [[RECEIVER, 9, 0, 1, 9]],
    [[RECEIVER, MAX_NUMBER, 0, 1, MAX_RANGE_NUMBERS + 1]],
    [[RECEIVER, 1_000, 0, ...ranges(MAX_REPORTED_RANGES + 1).flat()]],
  ])('is ignored if its form is wrong: %j', (origin) => {
    expect(originOf({ origin })).toBeUndefined();
  });
});
