/** Orders two strings by their UTF-8 bytes, literally. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
