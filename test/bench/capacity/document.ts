import { ASSUMPTIONS, plan, type Assumptions, type Costs, type Plan } from './model.js';

/** The content of `docs/capacity.json`. */
export interface Measured {
  /** The machine and its load. */
  readonly machine: string;
  readonly eventsOfEachKind: number;
  readonly costs: Costs;
}

export const AGENTS = [10_000, 100_000, 1_000_000, 10_000_000] as const;

const BEGIN = '<!-- begin: npm run capacity -->';
const END = '<!-- end: npm run capacity -->';

/** The text between the markers of `docs/capacity.md`. */
export function tables({ machine, eventsOfEachKind, costs }: Measured): string {
  return [
    `Measured on: ${machine}; ${amount(eventsOfEachKind)} events of each kind.`,
    '',
    ...costTable(costs),
    '',
    'Assumed:',
    '',
    ...assumptionTable(ASSUMPTIONS),
    '',
    'Calculated:',
    '',
    ...planTable(AGENTS.map((agents) => plan(agents, costs))),
  ].join('\n');
}

/** The page with the text between its markers replaced. @throws if it has no markers. */
export function withTables(page: string, measured: Measured): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page has no ${BEGIN} … ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${tables(measured)}\n\n${page.slice(end)}`;
}

function costTable(costs: Costs): string[] {
  const us = (value: number) => `${amount(value)} µs`;
  const bytes = (value: number) => `${amount(value)} B`;
  return table([
    ['cost', 'status', 'contact'],
    ['receiver, an event of a single post', us(costs.receiverUsPosted), ''],
    ['receiver, an event of an upload', us(costs.receiverUsUploaded), ''],
    ['projector, an event', us(costs.projectorUs.status), us(costs.projectorUs.contact)],
    ['store, an event', us(costs.storeUs.status), us(costs.storeUs.contact)],
    ['log, a record', bytes(costs.logBytes.status), bytes(costs.logBytes.contact)],
    [
      'log, a record, compressed by the broker (zstd)',
      bytes(costs.logBytesCompressed.status),
      bytes(costs.logBytesCompressed.contact),
    ],
    ['store, all rows of an event, merged', bytes(costs.storeBytes.status), bytes(costs.storeBytes.contact)],
    ['a timeline of 48 events in a projector’s memory', bytes(costs.cachedTimelineBytes), ''],
    [
      'agentStatusData, an interval: query + store',
      `${us(costs.queryUsPerInterval)} + ${us(costs.storeUsPerInterval)}`,
      '',
    ],
    [
      'agentStatus, an agent: query + store',
      `${us(costs.queryUsPerPresentAgent)} + ${us(costs.storeUsPerPresentAgent)}`,
      '',
    ],
    [
      'groupsOnlineLoad, a group: query + store',
      '',
      `${us(costs.queryUsPerOnlineGroup)} + ${us(costs.storeUsPerOnlineGroup)}`,
    ],
  ]);
}

function assumptionTable(assumptions: Assumptions): string[] {
  return table([
    ['assumption', 'value'],
    ...Object.entries(assumptions).map(([name, value]) => [`\`${name}\``, String(value)]),
  ]);
}

function planTable(plans: readonly Plan[]): string[] {
  const row = (name: string, of: (plan: Plan) => number) => [name, ...plans.map((each) => amount(of(each)))];
  return table([
    ['agents', ...plans.map(({ agents }) => amount(agents))],
    row('events a day', ({ eventsPerDay }) => eventsPerDay),
    row('events a second at the peak', ({ peakEventsPerSecond }) => peakEventsPerSecond),
    row('receivers: cores busy', ({ receiverCores }) => receiverCores),
    row('**receivers**', ({ receivers }) => receivers),
    row('projectors: cores busy', ({ projectorCores }) => projectorCores),
    row('**projectors**', ({ projectors }) => projectors),
    row('projectors that cache all timelines', ({ projectorsForAllTimelines }) => projectorsForAllTimelines),
    row('**partitions** of each topic', ({ partitions }) => partitions),
    row('queries: cores busy', ({ queryCores }) => queryCores),
    row('store: cores busy, including queries', ({ storeCores }) => storeCores),
    row('**ClickHouse shards**', ({ shards }) => shards),
    row('**disk of Kafka**, TB, all copies', ({ logTb }) => logTb),
    row('**disk of Kafka**, TB, all copies, compressed', ({ logTbCompressed }) => logTbCompressed),
    row('**disk of ClickHouse**, TB, all copies', ({ storeTb }) => storeTb),
    row('installations', ({ installations }) => installations),
  ]);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const [head, ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  return [head!, `|${'---|'.repeat(rows[0]!.length)}`, ...body];
}

/** Three significant digits, with thousands separated. */
function amount(value: number): string {
  if (Number.isInteger(value) || value >= 1_000)
    return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
  return String(Number(value.toPrecision(3)));
}
