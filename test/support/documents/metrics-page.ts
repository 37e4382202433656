import { readFileSync } from 'node:fs';

/** A metric as documented in `docs/metrics.md` or as served. */
export interface DescribedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

/** The label that Prometheus adds to the buckets of a histogram. */
const BUCKET_LABEL = 'le';
const PREFIX = 'wfm_';

/** The rows of the page's tables whose first column is a metric. */
export function metricsOfPage(page = readFileSync('docs/metrics.md', 'utf8')): DescribedMetric[] {
  return page.split('\n').flatMap((line) => {
    const [, first = '', type = '', labels = ''] = line.split('|').map((cell) => cell.trim());
    const name = /^`(wfm_\w+)`$/.exec(first)?.[1];
    return name === undefined ? [] : [{ name, type, labels: namesIn(labels) }];
  });
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!).sort();
}

/** The service's own metrics in a scrape, with the labels of the samples present. */
export function metricsServed(exposition: string): DescribedMetric[] {
  const served = new Map<string, { name: string; type: string; labels: Set<string> }>();
  for (const line of exposition.split('\n')) {
    const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== undefined && name.startsWith(PREFIX))
      served.set(name, { name, type: type!, labels: new Set() });
    const [, sample, labels = ''] = /^(wfm_\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (sample === undefined) continue;
    const metric = served.get(sample) ?? served.get(sample.replace(/_(bucket|sum|count)$/, ''));
    if (metric === undefined) throw new Error(`a sample of no metric: ${line}`);
    for (const [, label] of labels.matchAll(/(\w+)="/g))
      if (label !== BUCKET_LABEL) metric.labels.add(label!);
  }
  return [...served.values()].map(({ labels, ...metric }) => ({ ...metric, labels: [...labels].sort() }));
}

/** The differences between the page and the served metrics, a line for each. */
export function pageDifferences(
  page: readonly DescribedMetric[],
  served: readonly DescribedMetric[],
): string[] {
  const rows = new Map(page.map((row) => [row.name, row]));
  const names = new Set(served.map(({ name }) => name));
  const repeated = page.filter((row) => rows.get(row.name) !== row);
  return [
    ...repeated.map(({ name }) => `${name} has two rows`),
    ...page.filter(({ name }) => !names.has(name)).map(({ name }) => `${name} has a row and is not served`),
    ...served.flatMap((metric) => differencesOf(metric, rows.get(metric.name))),
  ];
}

function differencesOf({ name, type, labels }: DescribedMetric, row: DescribedMetric | undefined): string[] {
  if (row === undefined) return [`${name} is served and has no row`];
  const differences = [];
  if (row.type !== type) differences.push(`${name} is a ${type}, not a ${row.type}`);
  // Without samples the labels are unknown.
  const [has, says] = [labels.join(', '), row.labels.join(', ')];
  if (has !== '' && has !== says) differences.push(`${name} has the labels ${has}, not ${says}`);
  return differences;
}
