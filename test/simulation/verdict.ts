import {
  contactKey,
  figuresOf,
  timelineKey,
  type ContactEvent,
  type Leg,
  type StatusEvent,
  type TimelineHead,
} from '#domain';
import {
  decodeContactRecord,
  decodeDeadLetterRecord,
  decodePersonnelRecord,
  decodeStatusRecord,
  originOf,
  Topic,
  type StoredRecord,
  type TopicName,
} from '#event-log';
import type { ReceiptRow } from '#store';
import { legsByBruteForce } from '../../libs/oracle/src/brute-force-legs.js';
import { pairByBruteForce, type PairedInterval } from '../../libs/oracle/src/brute-force-pairing.js';
import { REFUSED_STATE } from './simulated-projection-store.js';
import type { World } from './world.js';

/** What is wrong after a run; empty if nothing is. */
export type Differences = readonly string[];

type Decode<Event> = (record: StoredRecord) => Event;

/** A record of the log with its event, which is `undefined` if the record becomes a dead letter. */
interface DecodedRecord<Event> {
  readonly record: StoredRecord;
  readonly event: Event | undefined;
}

/** Compares the store with a brute-force projection of the whole log, topic by topic. */
export function differencesOf(world: World): Differences {
  const statuses = decodedRecords(world, Topic.status, ({ value }) => decodeStatusRecord(value).event);
  const contacts = decodedRecords(world, Topic.contact, ({ value }) => decodeContactRecord(value).event);
  const directories = decodedRecords(world, Topic.personnel, ({ value }) => decodePersonnelRecord(value));
  const letters = decodedRecords(world, Topic.deadLetter, ({ value }) => decodeDeadLetterRecord(value));
  return [
    ...timelineDifferences(world, eventsIn(statuses, isProjectable)),
    ...contactDifferences(world, eventsIn(contacts)),
    ...directoryDifferences(world, directories),
    ...letterDifferences(world, { statuses, contacts, directories, letters }),
    ...accountDifferences(world, Topic.status, statuses, statusIdentity),
    ...accountDifferences(world, Topic.contact, contacts, stepIdentity),
    ...ledgerDifferences(world),
  ];
}

/** Compares what was acknowledged with the log. */
export function lostRecords(world: World): Differences {
  const inLog = world.valuesInLog();
  const { entries, lostWithLog } = world.journal;
  return [...entries]
    .filter(([value, { answer }]) => answer === 'kept' && !inLog.has(value) && !lostWithLog.has(value))
    .map(([value, { topic }]) => `acknowledged and not in the log: ${topic} ${value}`);
}

/** The retention may remove only what is old by a correct clock, within the tolerance of its policy. */
export function removedTooEarly({ truth: { removals } }: World): Differences {
  return removals
    .filter(({ ageMs, leastAgeMs }) => ageMs < leastAgeMs)
    .map(({ topic, record }) => `removed before its time: ${topic} ${record.value}`);
}

function isProjectable({ stateCode }: StatusEvent): boolean {
  return stateCode !== REFUSED_STATE;
}

function decodedRecords<Event>(
  world: World,
  topic: TopicName,
  decode: Decode<Event>,
): DecodedRecord<Event>[] {
  return recordsOf(world, topic).map((record) => ({ record, event: readable(record, decode) }));
}

/** All records that the log ever had, except those that the retention removed before the store had them. */
function recordsOf({ log, truth }: World, topic: TopicName): StoredRecord[] {
  const all = Array.from({ length: log.partitions }, (_, partition) => log.history(topic, partition)).flat();
  return all.filter((record) => !truth.isSkipped(record));
}

function readable<Event>(record: StoredRecord, decode: Decode<Event>): Event | undefined {
  try {
    return decode(record);
  } catch {
    return undefined;
  }
}

function eventsIn<Event>(
  records: readonly DecodedRecord<Event>[],
  isToCount: (event: Event) => boolean = () => true,
) {
  return records.flatMap(({ event }) => (event !== undefined && isToCount(event) ? [event] : []));
}

function timelineDifferences({ store, rules }: World, events: readonly StatusEvent[]): string[] {
  const { tables } = store;
  const expected = grouped(events, timelineKey);
  const keys = new Set([...expected.keys(), ...tables.timelines()]);
  return [...keys].flatMap((key) => {
    const { intervals, anomalies } = pairByBruteForce(expected.get(key) ?? [], rules);
    const name = `timeline ${JSON.stringify(key)}`;
    return [
      ...compared(`${name} intervals`, intervals, tables.intervals(key)),
      ...compared(`${name} anomalies`, anomalies, tables.anomalies(key)),
      ...compared(`${name} events`, identities(expected.get(key)), identities(tables.eventsOf(key))),
      ...compared(`${name} head`, openOf(intervals), headOf(tables.head(key))),
    ];
  });
}

function openOf(intervals: readonly PairedInterval[]): unknown[] {
  return intervals
    .filter(({ endedBy }) => endedBy === 'open')
    .map(({ stateCode, stateName, start }) => ({ stateCode, stateName, start }));
}

function headOf(head: TimelineHead | undefined): unknown[] {
  if (head?.open === undefined) return [];
  const { stateCode, stateName, start } = head.open;
  return [{ stateCode, stateName, start }];
}

function identities(events: readonly StatusEvent[] = []): string[] {
  return [...new Set(events.map(statusIdentity))];
}

function statusIdentity(event: StatusEvent): string {
  const { stateCode, actionTime, action } = event;
  return JSON.stringify([timelineKey(event), stateCode, actionTime, action]);
}

function stepIdentity(event: ContactEvent): string {
  const { groupId, actionTime, action, workerId } = event;
  return JSON.stringify([contactKey(event), groupId, actionTime, action, workerId]);
}

function contactDifferences({ store }: World, events: readonly ContactEvent[]): string[] {
  const { tables } = store;
  const expected = grouped(events, contactKey);
  const keys = new Set([...expected.keys(), ...tables.contacts()]);
  return [...keys].flatMap((key) => {
    const { legs, anomalies } = legsByBruteForce(expected.get(key) ?? []);
    const name = `contact ${JSON.stringify(key)}`;
    const projected = tables.legs(key, 'legs').map(asTheOracleSays);
    const answered = tables.legs(key, 'answeredLegs');
    const withAnswer = tables.legs(key, 'legs').filter(({ answer }) => answer !== null);
    return [
      ...compared(`${name} legs`, legs, projected),
      ...compared(`${name} answered legs`, withAnswer, answered),
      ...compared(`${name} anomalies`, anomalies, tables.contactAnomalies(key)),
    ];
  });
}

function asTheOracleSays(leg: Leg): unknown {
  const { outcome, ...figures } = figuresOf(leg);
  const known = 'at' in leg.end ? leg.end : { kind: null, at: null, by: '' };
  return {
    groupId: leg.groupId,
    queuedKnown: leg.begunBy === 'queued',
    outcome,
    endedAs: known.kind,
    ended: known.at,
    endedBy: known.by,
    answeredBy: outcome === 'unended' ? '' : (leg.answer?.workerId ?? ''),
    customerId: leg.customerId,
    channelType: leg.channelType,
    lastTouched: leg.lastTouched,
    ...figures,
  };
}

type Directories = readonly DecodedRecord<ReturnType<typeof decodePersonnelRecord>>[];

function directoryDifferences({ store }: World, records: Directories): string[] {
  const latest = new Map(eventsIn(records).map(({ systemId, directory }) => [systemId, directory]));
  return ['s', 't'].flatMap((systemId) =>
    compared(
      `directory of ${systemId}`,
      [latest.get(systemId) ?? null],
      [store.tables.directory(systemId)?.directory ?? null],
    ),
  );
}

interface Letters {
  readonly statuses: readonly DecodedRecord<StatusEvent>[];
  readonly contacts: readonly DecodedRecord<unknown>[];
  readonly directories: readonly DecodedRecord<unknown>[];
  readonly letters: readonly DecodedRecord<{ readonly reason: string }>[];
}

function letterDifferences(
  { store }: World,
  { statuses, contacts, directories, letters }: Letters,
): string[] {
  const unreadable = (topic: TopicName, records: readonly DecodedRecord<unknown>[]) =>
    records.flatMap(({ record, event }) =>
      event === undefined ? [`${letterId(topic, record)} unreadable_record`] : [],
    );
  const refused = statuses.flatMap(({ record, event }) =>
    event !== undefined && !isProjectable(event) ? [`${letterId(Topic.status, record)} unprojectable`] : [],
  );
  const expected = [
    ...refused,
    ...unreadable(Topic.status, statuses),
    ...unreadable(Topic.contact, contacts),
    ...unreadable(Topic.personnel, directories),
    ...unreadable(Topic.deadLetter, letters),
    ...letters.flatMap(({ record, event }) =>
      event === undefined ? [] : [`${letterId(Topic.deadLetter, record)} ${event.reason}`],
    ),
  ];
  const kept = store.tables.deadLetters().map(({ id, reason }) => `${id} ${reason}`);
  return compared('dead letters', expected, kept);
}

function letterId(topic: TopicName, { partition, offset }: StoredRecord): string {
  return `${topic}-${partition}-${offset}`;
}

/** Each record has to be accounted for: as stored, a repeat of an earlier one, or a dead letter. */
function accountDifferences<Event>(
  { store, log }: World,
  topic: TopicName,
  records: readonly DecodedRecord<Event>[],
  identityOf: (event: Event) => string,
): string[] {
  const expected = Array.from({ length: log.partitions }, () => ({ stored: 0, repeats: 0, deadLettered: 0 }));
  const seen = new Set<string>();
  for (const { record, event } of records) {
    const account = expected[record.partition]!;
    const identity = event === undefined ? undefined : identityOf(event);
    const isRefused = (event as Partial<StatusEvent> | undefined)?.stateCode === REFUSED_STATE;
    if (identity === undefined || isRefused) account.deadLettered++;
    else if (seen.has(identity)) account.repeats++;
    else account.stored++;
    if (identity !== undefined) seen.add(identity);
  }
  const written = expected.map((_, partition) => {
    const position = store.tables.position(topic, partition, log.identity(topic));
    const account = position?.metadata ? (JSON.parse(position.metadata) as object) : {};
    return { stored: 0, repeats: 0, deadLettered: 0, ...account };
  });
  return expected.flatMap((account, partition) =>
    // A store that has lost its positions counts again, from the oldest record that is kept.
    log.begin(topic, partition) > 0
      ? []
      : compared(`account of ${topic}/${partition}`, [account], [written[partition]]),
  );
}

/** The sequence ledger has every acknowledged record that is in the log. */
function ledgerDifferences(world: World): string[] {
  const inLog = new Set(
    Object.values(Topic).flatMap((topic) => recordsOf(world, topic).map(({ value }) => value)),
  );
  const ledger = unitedLedger(world.store.tables.receipts());
  const missing: string[] = [];
  for (const [value, { answer }] of world.journal.entries) {
    if (answer !== 'kept' || !inLog.has(value)) continue;
    const record = JSON.parse(value) as Record<string, unknown>;
    const { producerId: receiver, sequence: number } = originOf(record)!;
    const systemId = (record['systemId'] ?? '') as string;
    if (!ledger.get(`${receiver} ${systemId}`)?.has(number)) missing.push(`not in the ledger: ${value}`);
  }
  return missing;
}

function unitedLedger(rows: readonly ReceiptRow[]): Map<string, Set<number>> {
  const united = new Map<string, Set<number>>();
  for (const { receiver, systemId, block, stored, repeats, deadLettered } of rows) {
    const key = `${receiver} ${systemId}`;
    const numbers = united.get(key) ?? new Set<number>();
    united.set(key, numbers);
    let bits = stored | repeats | deadLettered;
    for (let bit = 0; bits > 0n; bit++, bits >>= 1n) if (bits & 1n) numbers.add(block * 256 + bit);
  }
  return united;
}

function grouped<Event>(events: readonly Event[], keyOf: (event: Event) => string): Map<string, Event[]> {
  const groups = new Map<string, Event[]>();
  for (const event of events) {
    const group = groups.get(keyOf(event));
    if (group === undefined) groups.set(keyOf(event), [event]);
    else group.push(event);
  }
  return groups;
}

/** Compares two sets of values, whatever the order of the values and their fields. */
function compared(what: string, expected: readonly unknown[], found: readonly unknown[]): string[] {
  const [wanted, kept] = [expected.map(canonical), found.map(canonical)];
  if (wanted.length === kept.length && [...wanted].sort().join('\n') === [...kept].sort().join('\n'))
    return [];
  const missing = wanted.filter((value) => !kept.includes(value));
  const surplus = kept.filter((value) => !wanted.includes(value));
  return [
    ...missing.map((value) => `${what}: missing ${value}`),
    ...surplus.map((value) => `${what}: surplus ${value}`),
    ...(missing.length + surplus.length === 0 ? [`${what}: a row is there twice`] : []),
  ];
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, member]) => `${name}:${canonical(member)}`).join(',')}}`;
}
