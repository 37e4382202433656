/** Longer results are cut: they are too long for any parameter, and an exponent can make them endless. */
const MAX_DIGITS = 1_000;

/**
 * A JSON number as plain decimal digits, exactly, whatever its size: `12345678901234567890` stays as it is, `1e3`
 * is `1000`, `-0` and `0.0` are `0`.
 *
 * @param token the number as it stands in the JSON text.
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
