const UNITS = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in its greatest unit, with one decimal: `2 h`, `1.5 days`. */
export function formatDuration(ms: number): string {
  const [name, size] = UNITS.find(([, unit]) => ms >= unit) ?? UNITS.at(-1)!;
  const count = Math.round((ms / size) * 10) / 10;
  return `${count} ${name === 'day' && count !== 1 ? 'days' : name}`;
}
