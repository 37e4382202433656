import { parseRecord, UnreadableRecordError } from './parse-record.js';

describe('a record of a topic', () => {
  it.each([
    ['that is not JSON', '{'],
    ['that is not an object', '[1]'],
    ['of another version', '{"v":2}'],
    ['with half a surrogate pair, which no store could keep', '{"v":1,"stateName":"a\\ud800"}'],
    ['with half a surrogate pair deep in it', '{"v":1,"agents":[{"name":"a\\udc00"}]}'],
    ['with half a surrogate pair for its version', '{"v":"\\uDC00"}'],
  ])('%s is unreadable, and the error message is well-formed text', (_what, value) => {
    expect.assertions(2);
    try {
      parseRecord(value, 1);
    } catch (error) {
      expect(error).toBeInstanceOf(UnreadableRecordError);
      expect((error as Error).message).toMatch(/^\P{Cs}+$/u);
    }
  });

  it('may contain whole surrogate pairs, escaped or not', () => {
    expect(parseRecord('{"v":1,"a":"\\ud83d\\ude00","b":"\u{1f600}","c":"\\\\ud800"}', 1)).toEqual({
      v: 1,
      a: '\u{1f600}',
      b: '\u{1f600}',
      c: '\\ud800',
    });
  });
});
