import type { StoredRecord } from '../log-record.js';
import { MAX_WAITING_RECORDS, MAX_WAITING_UNITS, ReceivedRecords } from './received-records.js';

describe('fetched records', () => {
  const record = (offset: number, value = ''): StoredRecord => ({
    partition: 0,
    offset,
    appendedAt: 0,
    value,
  });
  const records = (count: number) => Array.from({ length: count }, (_, offset) => record(offset));

  it('are taken in their order, across the boundaries of fetches', () => {
    const waiting = new ReceivedRecords();
    waiting.add([record(0), record(1), record(2)]);
    waiting.add([record(3)]);
    expect([2, 2, 2].map((most) => waiting.take(most).map(({ offset }) => offset))).toEqual([
      [0, 1],
      [2, 3],
      [],
    ]);
  });

  it(`pause fetching at ${MAX_WAITING_RECORDS}, until fewer than half of that wait`, () => {
    const waiting = new ReceivedRecords();
    waiting.add(records(MAX_WAITING_RECORDS - 1));
    expect(waiting.isFull).toBe(false);
    waiting.add(records(1));
    expect([waiting.isFull, waiting.hasRoom]).toEqual([true, false]);
    waiting.take(MAX_WAITING_RECORDS / 2);
    expect(waiting.hasRoom).toBe(false);
    waiting.take(1);
    expect(waiting.hasRoom).toBe(true);
  });

  it(`pause fetching at ${MAX_WAITING_UNITS} characters, however few records that is`, () => {
    const waiting = new ReceivedRecords();
    const half = 'x'.repeat(MAX_WAITING_UNITS / 2);
    waiting.add([record(0, half.slice(1)), record(1, half)]);
    expect(waiting.isFull).toBe(false);
    waiting.add([record(2, 'x')]);
    expect(waiting.isFull).toBe(true);
    waiting.take(1);
    expect(waiting.hasRoom).toBe(false);
    waiting.take(1);
    expect(waiting.hasRoom).toBe(true);
    waiting.add([record(3, half), record(4, half)]);
    waiting.clear();
    expect([waiting.isFull, waiting.hasRoom, waiting.size]).toEqual([false, true, 0]);
  });
});
