/**
 * Orders two strings as their UTF-8 bytes would be ordered (which is the order of their code points).
 *
 * JavaScript's own `<` compares UTF-16 code units and so puts U+1F600 before U+FF5E; the store and every
 * answer order by UTF-8 bytes.
 *
 * @returns negative, zero or positive, like a comparator of `Array.prototype.sort`.
 */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return codePointRank(unitA) - codePointRank(unitB);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above the basic plane, so they rank above U+E000..U+FFFF. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2000 : unit >= 0xe000 ? unit - 0x800 : unit;
}
