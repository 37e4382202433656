import fc from 'fast-check';
import { propertySeed } from '../../../../libs/domain/src/timeline.arbitrary.js';
import { LineSplitter } from '#ingestion';
import { cellsOf, CsvBorders } from './csv.js';

const cell = fc
  .array(fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', 'é', '\u{1f600}'), { maxLength: 6 })
  .map((pieces) => pieces.join(''));
const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 12 });

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const written = (text: string) => (/[",\r\n]/.test(text) ? quoted(text) : text);
const lineFeedsIn = (text: string) => text.split('\n').length - 1;

function split(chunks: readonly Buffer[]) {
  const splitter = new LineSplitter(new CsvBorders());
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

describe(`rows of CSV (FC_SEED=${propertySeed})`, () => {
  it('are read as they were written, wherever the chunks are cut, with the number of their first line', () => {
    const ending = fc.constantFrom('\n', '\r\n');
    const chunkBytes = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(rows, ending, fc.boolean(), chunkBytes, (table, end, lastEnds, size) => {
        const texts = table.map((row) => row.map(written).join(','));
        const whole = Buffer.from(texts.join(end) + (lastEnds ? end : ''));
        const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
          whole.subarray(i * size, (i + 1) * size),
        );
        const lines = split(chunks);
        expect(lines.map(({ raw }) => cellsOf(raw.bytes))).toEqual(table);
        let number = 1;
        const numbers = texts.map((text) => (number += lineFeedsIn(text) + 1) - lineFeedsIn(text) - 1);
        expect(lines.map((line) => line.number)).toEqual(numbers);
      }),
      { seed: propertySeed, numRuns: 1_000 },
    );
  });

  it.each([
    ['a quote within a cell', 'a"b,c', 'a cell has a quote in it and does not begin with one'],
    ['a space before the quotes', ' "a",c', 'a cell has a quote in it and does not begin with one'],
    ['something behind the quotes', '"a"b,c', 'something follows the closing quote of a cell'],
    ['no closing quote', '"a,c', 'a quoted cell has no closing quote'],
    ['Latin-1', Buffer.from('é', 'latin1'), 'the row is not UTF-8'],
  ])('with %s are reported as wrong', (_what, row, problem) => {
    expect(cellsOf(Buffer.from(row))).toEqual({ problem });
  });

  it.each(['a"b,c', ' "a",c', '"a"b,c', '"a""b"c'])('that are wrong end where their line ends: %s', (row) => {
    expect(split([Buffer.from(`${row}\nnext`)]).map(({ raw }) => raw.bytes.toString())).toEqual([
      row,
      'next',
    ]);
  });
});
