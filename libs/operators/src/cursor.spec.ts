import fc from 'fast-check';
import { ApiError } from '#edge';
import { decodeCursor, encodeCursor, MAX_CURSOR_LENGTH } from './cursor.js';

const SHAPE = [0, ''] as [number, string];

describe('cursors', () => {
  it('decode to the position that they were made from', () => {
    const anyId = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000'));
    fc.assert(
      fc.property(fc.maxSafeInteger(), anyId, (time, id) => {
        expect(decodeCursor(encodeCursor([time, id]), SHAPE)).toEqual([time, id]);
      }),
    );
  });

  it('are refused if they have another shape', () => {
    const wrong = [[], [1], ['1', 'x'], [1, 2], [1.5, 'x'], [1, 'x', 'y'], [1, '\u0000'], [1, null]];
    for (const values of wrong) {
      expect(() => decodeCursor(encodeCursor(values as never), SHAPE)).toThrow(ApiError);
    }
    for (const text of ['', '{', 'bnVsbA', '\ud800'])
      expect(() => decodeCursor(text, SHAPE)).toThrow(ApiError);
  });

  it('are accepted up to the maximum length', () => {
    const longest = encodeCursor([1, 'x'.repeat((MAX_CURSOR_LENGTH / 4) * 3 - 6)]);
    expect(longest).toHaveLength(MAX_CURSOR_LENGTH);
    expect(decodeCursor(longest, SHAPE)[0]).toBe(1);
    expect(() => decodeCursor(`${longest}A`, SHAPE)).toThrow(ApiError);
  });
});
