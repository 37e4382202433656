import type { StoredRecord } from '../log-record.js';
import { batchSize, decodeBatch, encodeBatch } from './record-batch.js';

/** The format in which all versions write records without headers. */
function batchOf(values: readonly string[], appendedAt: number): Buffer {
  const texts = values.map((value) => Buffer.from(value));
  const head = Buffer.alloc(12 + 4 * texts.length);
  head.writeDoubleLE(appendedAt, 0);
  head.writeUInt32LE(texts.length, 8);
  texts.forEach(({ length }, i) => head.writeUInt32LE(length, 12 + 4 * i));
  return Buffer.concat([head, ...texts]);
}

function decoded(batch: Buffer, from = 0, limit = 100): StoredRecord[] {
  const records: StoredRecord[] = [];
  decodeBatch(records, batch, { partition: 1, baseOffset: 0, from, limit });
  return records;
}

const values = ['{"a":1}', 'ä', '', '{}'];

describe('a batch of records in the embedded log', () => {
  it('without headers has the same bytes as before headers existed', () => {
    const records = values.map((value) => ({ value }));
    expect(encodeBatch(records, 1_234.5)).toEqual(batchOf(values, 1_234.5));
    expect(decoded(batchOf(values, 7))).toEqual(
      values.map((value, offset) => ({ partition: 1, offset, appendedAt: 7, value })),
    );
  });

  it('with headers begins like one without, so that older versions can read its records', () => {
    const records = values.map((value) => ({ value, headers: { traceparent: value } }));
    const plain = batchOf(values, 7);
    const batch = encodeBatch(records, 7);
    expect(batch.subarray(0, plain.length)).toEqual(plain);
    expect(batchSize(batch)).toBe(values.length);
  });

  it.each([
    [0, 100, ['x', 'x', undefined, 'y', 'x']],
    [1, 2, ['x', undefined]],
    [3, 2, ['y', 'x']],
    [5, 1, []],
  ])('decodes from offset %i, at most %i records, with the headers of each', (from, limit, expected) => {
    const [x, y] = [{ name: 'x' }, { name: 'y' }];
    const batch = encodeBatch(
      [
        { value: 'a', headers: x },
        { value: 'b', headers: x },
        { value: 'c' },
        { value: 'd', headers: y },
        { value: 'e', headers: x },
      ],
      7,
    );
    expect(decoded(batch, from, limit).map(({ headers }) => headers?.['name'])).toEqual(expected);
  });

  it('stores headers that consecutive records share only once', () => {
    const headers = { traceparent: 'x'.repeat(55) };
    const records = Array.from({ length: 1_000 }, () => ({ value: 'v', headers }));
    expect(
      encodeBatch(records, 7).length - batchOf(new Array<string>(1_000).fill('v'), 7).length,
    ).toBeLessThan(100);
  });
});
