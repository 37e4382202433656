import fc from 'fast-check';
import { propertySeed } from '../../../domain/src/timeline.arbitrary.js';
import { LineSplitter, type Line } from './line-splitter.js';
import { KEPT_OF_TOO_LARGE_BYTES, MAX_BODY_BYTES } from '../rejections/rejection.js';

/** Splits chunks into all their lines. */
function split(chunks: readonly Buffer[], from?: ConstructorParameters<typeof LineSplitter>[1]): Line[] {
  const splitter = new LineSplitter(undefined, from);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

const summaryOf = ({ number, raw }: Line) => ({
  number,
  text: raw.bytes.toString('latin1'),
  size: raw.size,
  tooLarge: raw.tooLarge,
});

/** The lines by another algorithm, which needs the whole input. */
function expected(whole: Buffer) {
  const texts = whole.toString('latin1').split('\n');
  return texts
    .map((text, i) => ({ number: i + 1, text: text.replace(/\r$/, '') }))
    .filter(({ text }) => text !== '')
    .map(({ number, text }) => {
      const tooLarge = text.length > MAX_BODY_BYTES;
      const kept = tooLarge ? text.slice(0, KEPT_OF_TOO_LARGE_BYTES) : text;
      return { number, text: kept, size: text.length, tooLarge };
    });
}

/** Cuts at the given fractions of the whole. */
function cut(whole: Buffer, fractions: readonly number[]): Buffer[] {
  const cuts = fractions.map((fraction) => Math.floor(fraction * whole.length)).sort((a, b) => a - b);
  return [...cuts, whole.length].map((to, i) => whole.subarray(i === 0 ? 0 : cuts[i - 1], to));
}

const longLine = fc
  .integer({ min: MAX_BODY_BYTES - 2, max: MAX_BODY_BYTES + 3 })
  .map((length) => 'x'.repeat(length));
const piece = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('a', '\r', '\n', '\r\n', '\n\n', 'é', '\u{1f600}', '{"a":"b"}') },
  { weight: 1, arbitrary: longLine },
);
const input = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join('')));
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe(`LineSplitter (FC_SEED=${propertySeed})`, () => {
  it('returns the same lines wherever the chunks are cut', () => {
    fc.assert(
      fc.property(input, cuts, (whole, fractions) => {
        expect(split(cut(whole, fractions)).map(summaryOf)).toEqual(expected(whole));
      }),
      { seed: propertySeed, numRuns: 1_000 },
    );
  });

  it('returns the same lines when the input comes byte by byte', () => {
    const whole = Buffer.from('\u{1f600}\r\n\n\r\né\rb\r\r\n{"a":1}');
    expect(split([...whole].map((byte) => Buffer.from([byte]))).map(summaryOf)).toEqual(expected(whole));
  });

  it('returns the remaining lines when it resumes at the end of any line', () => {
    fc.assert(
      fc.property(input, fc.nat(), (whole, chosen) => {
        const lines = split([whole]);
        if (lines.length === 0) return;
        const at = chosen % lines.length;
        const { end } = lines[at]!;
        expect(split([whole.subarray(end.offset)], end)).toEqual(lines.slice(at + 1));
      }),
      { seed: propertySeed, numRuns: 500 },
    );
  });

  it.each([
    ['\n', MAX_BODY_BYTES, false],
    ['\r\n', MAX_BODY_BYTES, false],
    ['', MAX_BODY_BYTES, false],
    ['\r', MAX_BODY_BYTES, false],
    ['\n', MAX_BODY_BYTES + 1, true],
    ['\r\n', MAX_BODY_BYTES + 1, true],
    ['', MAX_BODY_BYTES + 1, true],
  ])('with line ending %j and %i bytes: a line is too large: %s', (ending, size, tooLarge) => {
    const [line] = split([Buffer.from('x'.repeat(size) + ending)]);
    const kept = tooLarge ? KEPT_OF_TOO_LARGE_BYTES : size;
    expect(line!.raw).toMatchObject({ size, tooLarge });
    expect(line!.raw.bytes.length).toBe(kept);
  });

  it('holds no more of an endless line than is kept of it', () => {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(MAX_BODY_BYTES, 'x');
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 2_000; i++) splitter.push(Buffer.from(chunk));
    global.gc?.();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    expect(splitter.end()[0]!.raw).toMatchObject({ size: 2_000 * chunk.length, tooLarge: true });
  });
});
