import { formatCount } from '../format-count.js';
import type { AuditProgress, Difference } from '#store';

/** Differences that are printed one by one. */
export const MAX_PRINTED_DIFFERENCES = 20;

/** Adds up the parts of an audit. */
export class AuditReport {
  readonly differences: Difference[] = [];
  private readonly rows = new Map<string, number>();

  add(part: Pick<AuditProgress, 'differences' | 'rows'>): void {
    this.differences.push(...part.differences);
    for (const [table, rows] of Object.entries(part.rows)) {
      this.rows.set(table, (this.rows.get(table) ?? 0) + rows);
    }
  }

  get total(): { readonly rows: number; readonly tables: number } {
    return {
      rows: [...this.rows.values()].reduce((sum, rows) => sum + rows, 0),
      tables: this.rows.size,
    };
  }
}

/** What is printed at the end. */
export function summaryText(
  differences: readonly Difference[],
  { rows, tables }: { readonly rows: number; readonly tables: number },
  tookMs: number,
): string {
  const compared = `${tables} tables, ${formatCount(rows)} rows compared in ${Math.ceil(tookMs / 1000)} s.`;
  if (differences.length === 0) return `No differences: ${compared}\n`;
  const lines = differences
    .slice(0, MAX_PRINTED_DIFFERENCES)
    .map(({ table, side, row }) => `${side} in ${table}: ${JSON.stringify(row)}\n`);
  const more =
    differences.length > MAX_PRINTED_DIFFERENCES ? `, the first ${MAX_PRINTED_DIFFERENCES} shown above` : '';
  const count = `${formatCount(differences.length)} ${differences.length === 1 ? 'difference' : 'differences'}`;
  return `${lines.join('')}${count} (${byTable(differences)})${more}: ${compared}
Next: stop the service and run 'npm run audit -- --repair' to project the differing parts again, or 'npm run rebuild' for everything.
`;
}

function byTable(differences: readonly Difference[]): string {
  const counts = new Map<string, number>();
  for (const { table } of differences) counts.set(table, (counts.get(table) ?? 0) + 1);
  return [...counts].map(([table, count]) => `${formatCount(count)} in ${table}`).join(', ');
}
