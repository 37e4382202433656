import { fixedLayout, Topic, type StoredRecord } from '#event-log';
import { Assignment } from './assignment.js';
import type { BatchWriter } from '../writing/batch-writer.js';
import { CatchUp } from './catch-up.js';
import { fingerprintOf } from './record-fingerprint.js';
import { ProjectionRefusedError } from './store-check.js';

const record = (partition: number, offset: number, value = `${offset}`): StoredRecord => ({
  partition,
  offset,
  appendedAt: 0,
  value,
});

/** Partitions 0 and 1, of which the store has five records and none. */
function assignmentAt5(): Assignment {
  const position = { topic: Topic.status, logId: '', metadata: '', rules: '' };
  return new Assignment({
    number: 1,
    layout: fixedLayout(2),
    writer: { offsetOf: (partition: number) => (partition === 0 ? 5 : 0) } as unknown as BatchWriter,
    catchUp: new CatchUp([{ partition: 0, offset: 8 }]),
    startPositions: [
      { ...position, partition: 0, offset: 5, lastRecord: fingerprintOf(record(0, 4)) },
      { ...position, partition: 1, offset: 0, lastRecord: '' },
    ],
  });
}

const logThatBeginsAt = (begin: number) => ({ offsets: async () => [{ partition: 0, begin, end: 9 }] });

describe('an assignment of partitions', () => {
  it('is verified once the log has shown the last record that the store has projected', () => {
    const assignment = assignmentAt5();
    assignment.verify([record(0, 3), record(1, 0)]);
    expect(assignment.isVerified).toBe(false);
    assignment.verify([record(0, 4)]);
    expect(assignment.isVerified).toBe(true);
  });

  it.each([
    ['another record in its place', record(0, 4, 'another')],
    ['only a later record', record(0, 6)],
  ])('is refused where the log has %s', (_, found) => {
    expect(() => assignmentAt5().verify([found])).toThrow(ProjectionRefusedError);
  });

  it('compares no record that retention has removed', async () => {
    const assignment = assignmentAt5();
    await assignment.skipRemoved(logThatBeginsAt(4), Topic.status);
    expect(assignment.isVerified).toBe(false);
    await assignment.skipRemoved(logThatBeginsAt(5), Topic.status);
    expect(assignment.isVerified).toBe(true);
  });

  it('does not wait for records that retention has removed', async () => {
    const assignment = assignmentAt5();
    await assignment.skipRemoved(logThatBeginsAt(7), Topic.status);
    expect(assignment.catchUp.left).toBe(1);
    await assignment.skipRemoved(logThatBeginsAt(8), Topic.status);
    expect(assignment.catchUp.isDone).toBe(true);
  });

  it('knows which records are new to the store', () => {
    const [old, first, other] = [record(0, 4), record(0, 5), record(1, 0)];
    expect(assignmentAt5().newRecords([old, first, other])).toEqual([first, other]);
  });

  it('leaves out records of partitions that belong to no generation yet', () => {
    const ours = record(1, 0);
    expect(assignmentAt5().ofGenerations([ours, record(2, 0)])).toEqual([ours]);
  });
});
