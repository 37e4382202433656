import type { StoredRecord } from '#event-log';
import { AccountsBehindError, PartitionAccounts } from './partition-accounts.js';

const record = (partition: number, offset: number): StoredRecord => ({
  partition,
  offset,
  appendedAt: 0,
  value: '',
});
const records = (partition: number, ...offsets: number[]) =>
  offsets.map((offset) => record(partition, offset));
const at = (partition: number, offset: number, stored = offset) => ({
  partition,
  offset,
  metadata: JSON.stringify({ stored, repeats: 0, deadLettered: 0 }),
});

describe('the accounts of partitions', () => {
  it('leave out the records that were counted before, and only those', () => {
    const accounts = new PartitionAccounts([at(0, 5), at(1, 2)]);
    expect(accounts.unaccounted([...records(0, 3, 4, 5, 6), ...records(1, 2, 3)])).toEqual([
      ...records(0, 5, 6),
      ...records(1, 2, 3),
    ]);
    expect(accounts.unaccounted(records(0, 3, 4))).toEqual([]);
  });

  it('count each record once where a batch has it twice, as after a change of leader', () => {
    const accounts = new PartitionAccounts([at(0, 5)]);
    const twice = [...records(0, 5, 6, 7), ...records(0, 5, 6), ...records(0, 7, 8)];
    expect(accounts.unaccounted(twice)).toEqual(records(0, 5, 6, 7, 8));
    const elsewhere = [...records(3, 9, 10), ...records(3, 9, 10, 11)];
    expect(accounts.unaccounted(elsewhere)).toEqual(records(3, 9, 10, 11));
  });

  it('start a partition without a commit wherever its records begin', () => {
    const accounts = new PartitionAccounts([{ partition: 0, offset: 0, metadata: '' }]);
    expect(accounts.unaccounted(records(0, 7, 8))).toEqual(records(0, 7, 8));
    expect(accounts.unaccounted(records(3, 9))).toEqual(records(3, 9));
  });

  it('must be read again where records are missing before the batch, once for each gap', () => {
    const gaps = new Set<string>();
    const missing = records(0, 7, 8);
    expect(() => new PartitionAccounts([at(0, 5)], gaps).unaccounted(missing)).toThrow(AccountsBehindError);
    expect(new PartitionAccounts([at(0, 7)], gaps).unaccounted(missing)).toEqual(missing);
    expect(new PartitionAccounts([at(0, 5)], gaps).unaccounted(missing)).toEqual(missing);
    expect(() => new PartitionAccounts([at(1, 5)], gaps).unaccounted(records(1, 6))).toThrow(
      AccountsBehindError,
    );
  });

  it('add up from commit to commit', () => {
    const accounts = new PartitionAccounts([at(0, 5)]);
    const change = new Map([[0, { stored: 1, repeats: 1, deadLettered: 0 }]]);
    const positions = accounts.after(records(0, 5, 6), change);
    expect(positions).toEqual([
      { partition: 0, offset: 7, metadata: '{"stored":6,"repeats":1,"deadLettered":0}' },
    ]);
    expect(accounts.total().stored).toBe(5);
    accounts.advance(positions);
    expect(accounts.total()).toEqual({ stored: 6, repeats: 1, deadLettered: 0 });
    expect(accounts.unaccounted(records(0, 6, 7))).toEqual(records(0, 7));
  });
});
