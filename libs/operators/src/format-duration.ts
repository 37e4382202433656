import { DAY_MS, HOUR_MS } from '#domain';

const UNITS = [
  ['day', DAY_MS],
  ['h', HOUR_MS],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time in its greatest unit, with one decimal: `2 h`, `1.5 days`. */
export function formatDuration(ms: number): string {
  const [name, size] = UNITS.find(([, unit]) => ms >= unit) ?? UNITS.at(-1)!;
  const count = Math.round((ms / size) * 10) / 10;
  return `${count} ${name === 'day' && count !== 1 ? 'days' : name}`;
}
