import fc from 'fast-check';
import { propertySeed } from '../../../domain/src/timeline.arbitrary.js';
import { decimalString } from './decimal-string.js';

const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });

/** The parts of a JSON number. */
const anyNumber = fc.record({
  sign: fc.constantFrom('', '-'),
  whole: digits(25).map((text) => text.replace(/^0+(?=\d)/, '')),
  fraction: fc.option(digits(25), { nil: undefined }),
  exponent: fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), fc.integer({ min: 0, max: 40 })), {
    nil: undefined,
  }),
});

type JsonNumber = typeof anyNumber extends fc.Arbitrary<infer Parts> ? Parts : never;

function textOf({ sign, whole, fraction, exponent }: JsonNumber): string {
  return sign + whole + (fraction === undefined ? '' : `.${fraction}`) + (exponent?.join('') ?? '');
}

/** More decimal places than any generated number has. */
const PLACES = 80;

/** The number times 10^PLACES, exactly. */
function scaled(number: string): bigint {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE](.+))?$/.exec(number)!;
  const shift = PLACES + Number(exponent) - fraction.length;
  return BigInt(`${sign}${whole}${fraction}`) * 10n ** BigInt(shift);
}

describe(`decimalString (FC_SEED=${propertySeed})`, () => {
  it('keeps the exact value of a number of any size', () => {
    fc.assert(
      fc.property(anyNumber, (number) => {
        const text = textOf(number);
        expect(scaled(decimalString(text))).toBe(scaled(text));
      }),
      { seed: propertySeed, numRuns: 2_000 },
    );
  });

  it('returns a canonical spelling without redundant zeros', () => {
    fc.assert(
      fc.property(anyNumber, (number) => {
        expect(decimalString(textOf(number))).toMatch(/^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/);
        expect(decimalString(textOf(number))).not.toBe('-0');
      }),
      { seed: propertySeed, numRuns: 2_000 },
    );
  });

  it.each([
    ['12345678901234567890', '12345678901234567890'],
    ['1e3', '1000'],
    ['1.50', '1.5'],
    ['-0', '0'],
    ['0.0e5', '0'],
    ['-12.5E-1', '-1.25'],
  ])('writes %s as %s', (token, expected) => {
    expect(decimalString(token)).toBe(expected);
  });

  it('returns a bounded text, but longer than any parameter may be, for a huge exponent', () => {
    for (const token of ['1e999999999', '1e-999999999', '1e99999999999999999999999']) {
      expect(decimalString(token).length).toBeGreaterThan(256);
      expect(decimalString(token).length).toBeLessThan(2_000);
    }
  });
});
