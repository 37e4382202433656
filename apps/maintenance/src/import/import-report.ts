import { totalOf } from '#ingestion';
import type { ImportResult } from './import-run.js';

/** The outcome of the import of a file, for people. */
export function reportOf(result: ImportResult): string {
  const { name, counts, finishedBefore } = result;
  const all = totalOf(counts.accepted) + totalOf(counts.deadLettered);
  const first =
    finishedBefore === undefined
      ? `${name}: ${number(all)} ${all === 1 ? 'line' : 'lines'}${speedText(result)}`
      : `${name}: was imported already, at ${finishedBefore}; skipped. --again imports it once more.`;
  return [
    first,
    `  accepted      ${described(counts.accepted)}`,
    `  dead letters  ${described(counts.deadLettered)}`,
    '',
  ].join('\n');
}

function speedText({ lines, seconds, continuedAt }: ImportResult): string {
  const speed = `${number(lines)} in ${seconds.toFixed(1)} s, ${number(lines / Math.max(seconds, 0.001))} lines/s`;
  return continuedAt === undefined ? `, ${speed}` : `; continued at line ${number(continuedAt)}: ${speed}`;
}

/** Such as `12 (contact 5, status 7)`. */
function described(counts: Readonly<Record<string, number>>): string {
  const names = Object.keys(counts).sort();
  const parts = names.map((name) => `${name} ${number(counts[name]!)}`);
  return number(totalOf(counts)) + (parts.length > 0 ? ` (${parts.join(', ')})` : '');
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
