import { jsonFaultPosition } from './json-position.js';

describe('jsonFaultPosition', () => {
  it.each([
    ['{"a":1}', undefined],
    ['{"a":1,}', { line: 1, column: 8, offset: 7 }],
    ['{"a":NaN}', { line: 1, column: 6, offset: 5 }],
    ['{\n"a":1\n "b":2}', { line: 3, column: 2, offset: 9 }],
    ['{"workerId":"1"', { line: 1, column: 16, offset: 15 }],
    ["{'a':1}", { line: 1, column: 2, offset: 1 }],
    ['', { line: 1, column: 1, offset: 0 }],
    ['<x/>', { line: 1, column: 1, offset: 0 }],
    ['['.repeat(60_000), { line: 1, column: 60_001, offset: 60_000 }],
  ])('finds the position in %p', (text, position) => {
    const found = jsonFaultPosition(text);
    if (text.length > 1000) expect([undefined, position?.offset]).toContain(found?.offset);
    else expect(found).toEqual(position);
  });
});
