import { CatchUp, ORDINARY_LAG_MS } from './catch-up.js';

const NOW = 1_000_000;
const stored = (offset: number) => ({
  ...{ topic: 't', partition: 0, offset },
  ...{ logId: '', metadata: '', rules: '', lastRecord: '' },
});
const offsets = [{ partition: 0, begin: 0, end: 10 }];
const record = (offset: number, ageMs: number) => ({
  ...{ partition: 0, offset, value: '' },
  appendedAt: NOW - ageMs,
});

describe('catching up', () => {
  const of = (position: number | undefined, committed: number) =>
    CatchUp.of({
      stored: position === undefined ? [] : [stored(position)],
      committed: [{ partition: 0, offset: committed, metadata: '' }],
      offsets,
    });

  it.each([
    ['nothing if the store is where the group has committed', 7, 7, 0],
    ['what the group has committed and the store lacks', 4, 7, 3],
    ['the whole log if the store has nothing of it', undefined, 0, 10],
    ['no more than the log has, though another log had more', 4, 99, 6],
  ])('takes %s', (_, position, committed, left) => {
    const catchUp = of(position, committed);
    expect([catchUp.left, catchUp.isDone]).toEqual([left, left === 0]);
  });

  it('is done once the store has reached the target', () => {
    const catchUp = of(4, 7);
    catchUp.reach([{ partition: 0, offset: 6 }]);
    expect([catchUp.left, catchUp.isDone]).toEqual([1, false]);
    catchUp.reach([{ partition: 0, offset: 7 }]);
    expect(catchUp.isDone).toBe(true);
  });

  it('goes on to the end that the log had, if what comes next is older than ordinary lag', () => {
    const catchUp = of(7, 7);
    catchUp.expect([record(7, ORDINARY_LAG_MS)], NOW);
    expect(catchUp.isDone).toBe(true);
    catchUp.expect([record(7, ORDINARY_LAG_MS + 1)], NOW);
    expect(catchUp.left).toBe(3);
  });

  it('does not wait for old records that came after the take-over', () => {
    const catchUp = of(10, 10);
    catchUp.expect([record(10, ORDINARY_LAG_MS + 1)], NOW);
    expect(catchUp.isDone).toBe(true);
  });
});
