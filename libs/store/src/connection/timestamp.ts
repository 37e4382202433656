/** Milliseconds since the Unix epoch as text for a DateTime64(3) column. */
export function timestamp(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const rest = ms - seconds * 1000;
  return rest === 0 ? `${seconds}.000` : `${seconds}.${String(rest).padStart(3, '0')}`;
}
