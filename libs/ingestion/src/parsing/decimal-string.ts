/** Longer results are cut: no parameter may be that long, and an exponent can make them arbitrarily long. */
const MAX_DIGITS = 1_000;

/**
 * A JSON number in plain decimal digits, exact at any size: `12345678901234567890` stays as it is, `1e3` becomes
 * `1000`, `-0` and `0.0` become `0`.
 *
 * @param token the number as written in the JSON text.
 */
export function decimalString(token: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token);
  if (parts === null) return token;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = whole + fraction;
  const point = Math.max(-MAX_DIGITS, Math.min(MAX_DIGITS, whole.length + Number(exponent)));
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const border = Math.max(point, 1);
  const integer = padded.slice(0, border).replace(/^0+(?=\d)/, '');
  const rest = padded.slice(border).replace(/0+$/, '');
  const result = rest === '' ? integer : `${integer}.${rest}`;
  return result === '0' ? result : sign + result;
}
