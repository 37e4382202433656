import type { Machine } from './measuring/machine.js';
import type { Sample } from './measuring/statistics.js';

/** One line of the report: a measurement and its goal. */
export interface Figure {
  readonly name: string;
  readonly what: string;
  /** Absent if the figure is reported for information only. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number };
  readonly unit: string;
  readonly measured: Sample;
  /** What the figure was calculated from, such as the rates of a ratio. */
  readonly details: Readonly<Record<string, string | number>>;
}

export interface Report {
  readonly machine: Machine;
  readonly seconds: number;
  readonly seed: number;
  readonly figures: readonly Figure[];
  readonly methods: Readonly<Record<string, string>>;
}

/** @returns `undefined` if there is no goal. */
export function isMet({ goal, measured }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  return 'atLeast' in goal ? measured.median >= goal.atLeast : measured.median <= goal.atMost;
}

export function toJson(report: Report): string {
  const figures = report.figures.map((figure) => ({ ...figure, met: isMet(figure) }));
  return `${JSON.stringify({ ...report, figures }, null, 2)}\n`;
}

export function toText({ machine, seconds, seed, figures, methods }: Report): string {
  const { cpu, cores, memoryGb, node, engine, commit, loadBefore } = machine;
  const rows = [
    ['figure', 'goal', 'measured', 'spread', ''],
    ...figures.map((figure) => [
      figure.what,
      goalOf(figure),
      `${amount(figure.measured.median)} ${figure.unit}`.trim(),
      `${amount(figure.measured.min)} to ${amount(figure.measured.max)}`,
      verdictOf(figure),
    ]),
  ];
  return [
    `machine: ${cpu}, ${cores} cores, ${memoryGb} GB, Node ${node}, engine ${engine}, commit ${commit}`,
    `load average before: ${loadBefore}; measured ${seconds} s each; seed ${seed}`,
    '',
    ...table(rows),
    '',
    ...figures.flatMap((figure) => [
      `${figure.what}:`,
      ...Object.entries(figure.details).map(([name, value]) => `    ${name}: ${amount(value)}`),
    ]),
    '',
    ...Object.entries(methods).map(([name, method]) => `Method of ${name}: ${method}\n`),
  ].join('\n');
}

function goalOf({ goal }: Figure): string {
  if (goal === undefined) return '';
  return 'atLeast' in goal ? `≥ ${amount(goal.atLeast)}` : `≤ ${amount(goal.atMost)}`;
}

function verdictOf(figure: Figure): string {
  const met = isMet(figure);
  if (met === undefined) return '';
  return met ? 'met' : 'NOT MET';
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function amount(value: string | number): string {
  if (typeof value === 'string') return value;
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en').replaceAll(',', '\u202f');
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 3 : 1);
}
