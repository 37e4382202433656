import type { StoredRecord } from '#event-log';
import { BisectingWriter, MAX_SET_ASIDE_IN_A_ROW } from './bisecting-writer.js';

const recordsOf = (count: number): StoredRecord[] =>
  Array.from({ length: count }, (_, offset) => ({ partition: 0, offset, appendedAt: 0, value: '' }));
const recordFault = () => Object.assign(new Error('cannot parse'), { code: '27' });

describe('a bisecting writer', () => {
  let written: number[];
  let setAside: number[];
  let failedWrites: number;

  beforeEach(() => {
    written = [];
    setAside = [];
    failedWrites = 0;
  });

  const writerThatFailsOn = (bad: readonly number[], fault: () => Error = recordFault) =>
    new BisectingWriter<number[]>({
      write: async (records) => {
        const offsets = records.map(({ offset }) => offset);
        if (offsets.some((offset) => bad.includes(offset))) throw fault();
        written.push(...offsets);
        return offsets;
      },
      forget: () => void failedWrites++,
      setAside: async ({ offset }) => {
        setAside.push(offset);
        return [offset];
      },
    });

  it('writes a good batch in one step', async () => {
    expect(await writerThatFailsOn([]).write(recordsOf(5))).toEqual([[0, 1, 2, 3, 4]]);
    expect([setAside, failedWrites]).toEqual([[], 0]);
  });

  it.each([[[0]], [[9]], [[4, 5]], [[0, 3, 9]]])(
    'sets aside records %j alone, and writes the others in order',
    async (bad) => {
      const steps = await writerThatFailsOn(bad).write(recordsOf(10));
      expect(steps.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(setAside).toEqual(bad);
      expect(written).toHaveLength(10 - bad.length);
    },
  );

  it('forgets what each failed write has left in memory', async () => {
    await writerThatFailsOn([3]).write(recordsOf(4));
    // The batch of four, its second half, and the record by itself.
    expect(failedWrites).toBe(3);
  });

  it('does not blame a record for a failure of the store', async () => {
    const writer = writerThatFailsOn([2], () => new Error('the disk is full'));
    await expect(writer.write(recordsOf(4))).rejects.toThrow('the disk is full');
    expect([setAside, failedWrites]).toEqual([[], 1]);
  });

  it('does not blame records once more have failed in a row than plausibly would', async () => {
    const all = recordsOf(MAX_SET_ASIDE_IN_A_ROW + 1);
    const writer = writerThatFailsOn(all.map(({ offset }) => offset));
    await expect(writer.write(all)).rejects.toThrow('cannot parse');
    expect(setAside).toHaveLength(MAX_SET_ASIDE_IN_A_ROW);
  });

  it('counts records in a row across batches, until one is written', async () => {
    const writer = writerThatFailsOn([0]);
    for (let n = 0; n < MAX_SET_ASIDE_IN_A_ROW; n++) await writer.write(recordsOf(1));
    await expect(writer.write(recordsOf(1))).rejects.toThrow('cannot parse');
    await writer.write(recordsOf(2).slice(1));
    await writer.write(recordsOf(1));
    expect(setAside).toHaveLength(MAX_SET_ASIDE_IN_A_ROW + 1);
  });
});
