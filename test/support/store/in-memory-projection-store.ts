import {
  compareEvents,
  compareSteps,
  contactKey,
  distinctEvents,
  distinctSteps,
  legKey,
  timelineKey,
  type Anomaly,
  type ContactAnomaly,
  type ContactId,
  type Interval,
  type Leg,
  type TimelineHead,
  type TimelineId,
} from '#domain';
import type {
  ActivityRow,
  DeadLetterResendRow,
  DeadLetterRow,
  ProjectedPosition,
  ProjectionChanges,
  ProjectionStore,
  ReceiptRow,
  ReceivedContactEvent,
  ReceivedDirectory,
  ReceivedStatusEvent,
} from '#store';

/** Stands for the end of the process in the middle of a write. */
export class CrashedError extends Error {}

interface Versioned<T> {
  readonly version: number;
  readonly value: T;
}

/** The steps of a write in order, as the port prescribes. */
export const WRITE_ORDER = [
  'legs',
  'answeredLegs',
  'contactAnomalies',
  'intervals',
  'anomalies',
  'heads',
  'contactGroups',
  'directories',
  'deadLetters',
  'deadLetterResends',
  'systems',
  'events',
  'contactEvents',
  'activity',
  'receipts',
  'positions',
] as const satisfies readonly (keyof ProjectionChanges)[];

const TABLES = [
  'intervalRows',
  'anomalyRows',
  'headRows',
  'eventRows',
  'contactEventRows',
  'receiptRows',
  'systems',
  'positionRows',
  'begunRows',
  'activityRows',
  'groupRows',
  'directoryRows',
  'deadLetterRows',
  'resendRows',
] as const;

interface OfContact {
  readonly contact: string;
  readonly row: unknown;
  readonly deleted: boolean;
}

/**
 * A projection store that keeps its rows by identity and version, as the port demands. It can crash after any step of a
 * write.
 */
export class InMemoryProjectionStore implements ProjectionStore {
  private begunRows = new Map<string, ProjectedPosition>();
  private intervalRows = new Map<string, Versioned<{ timeline: string; interval: Interval }>>();
  private anomalyRows = new Map<
    string,
    Versioned<{ timeline: string; anomaly: Anomaly; deleted: boolean }>
  >();
  private headRows = new Map<string, Versioned<TimelineHead>>();
  private eventRows = new Map<string, ReceivedStatusEvent[]>();
  private readonly contactRows = {
    legs: new Map<string, Versioned<OfContact>>(),
    answeredLegs: new Map<string, Versioned<OfContact>>(),
    contactAnomalies: new Map<string, Versioned<OfContact>>(),
  };
  private contactEventRows = new Map<string, ReceivedContactEvent[]>();
  private receiptRows = new Map<string, ReceiptRow>();
  private systems = new Set<string>();
  private positionRows = new Map<string, ProjectedPosition>();
  private activityRows = new Map<string, ActivityRow>();
  private groupRows = new Set<string>();
  private directoryRows = new Map<string, ReceivedDirectory>();
  private deadLetterRows = new Map<string, DeadLetterRow>();
  private resendRows = new Map<string, DeadLetterResendRow>();
  /** The next write crashes before this step, or after the last one if there is no such step. */
  crashBeforeStep: number | undefined;
  reads = 0;

  async isEmpty(): Promise<boolean> {
    return this.systems.size === 0;
  }

  async heads(ids: readonly TimelineId[]): Promise<Map<string, TimelineHead>> {
    this.reads++;
    const known = ids.map(timelineKey).filter((key) => this.headRows.has(key));
    return new Map(known.map((key) => [key, this.headRows.get(key)!.value]));
  }

  async events(
    ids: readonly TimelineId[],
    from: number,
    to: number,
  ): Promise<Map<string, ReceivedStatusEvent[]>> {
    this.reads++;
    const found = new Map<string, ReceivedStatusEvent[]>();
    for (const key of ids.map(timelineKey)) {
      const events = this.eventsOf(key).filter(({ actionTime }) => actionTime >= from && actionTime <= to);
      if (events.length > 0) found.set(key, events);
    }
    return found;
  }

  async hasNoContacts(): Promise<boolean> {
    return this.contactEventRows.size === 0;
  }

  async contactEvents(ids: readonly ContactId[]): Promise<Map<string, ReceivedContactEvent[]>> {
    this.reads++;
    const known = ids.map(contactKey).filter((key) => this.contactEventRows.has(key));
    return new Map(known.map((key) => [key, this.stepsOf(key)]));
  }

  /** The legs of a contact in either of their tables. */
  legs(contact: string, table: 'legs' | 'answeredLegs'): Leg[] {
    return [...this.contactRows[table].values()]
      .filter(({ value }) => value.contact === contact && !value.deleted)
      .map(({ value }) => value.row as Leg);
  }

  contactAnomalies(contact: string): ContactAnomaly[] {
    return [...this.contactRows.contactAnomalies.values()]
      .filter(({ value }) => value.contact === contact && !value.deleted)
      .map(({ value }) => value.row as ContactAnomaly);
  }

  async write(changes: ProjectionChanges): Promise<void> {
    this.begin(changes.positions);
    for (const [index, kind] of WRITE_ORDER.entries()) {
      if (this.crashBeforeStep === index) this.crash();
      this.keep(kind, changes[kind]);
    }
    if (this.crashBeforeStep !== undefined) this.crash();
  }

  /** Performs one step of a write, or a part of it. */
  keep<Kind extends keyof ProjectionChanges>(kind: Kind, rows: ProjectionChanges[Kind]): void {
    const keepers: { [Each in keyof ProjectionChanges]: (row: ProjectionChanges[Each][number]) => void } = {
      legs: ({ leg, ...row }) => this.keepOfContact('legs', legKey(leg), leg, row),
      answeredLegs: ({ leg, ...row }) => this.keepOfContact('answeredLegs', answeredKey(leg), leg, row),
      contactAnomalies: ({ anomaly, ...row }) =>
        this.keepOfContact('contactAnomalies', Object.values(anomaly).join(' '), anomaly, row),
      intervals: (row) => this.keepInterval(row),
      anomalies: (row) => this.keepAnomaly(row),
      heads: ({ timeline, head, version }) =>
        keepNewest(this.headRows, timelineKey(timeline), { version, value: head }),
      contactGroups: ({ systemId, groupId }) => this.groupRows.add(`${systemId}\u0000${groupId}`),
      directories: (row) => this.keepDirectory(row),
      deadLetters: (row) => this.deadLetterRows.set(row.id, row),
      deadLetterResends: (row) => this.resendRows.set(`${row.letterId} ${row.resendId}`, row),
      systems: ({ systemId }) => this.systems.add(systemId),
      events: (event) => this.keepEvent(event),
      contactEvents: (event) => this.keepContactEvent(event),
      activity: (row) => this.keepActivity(row),
      receipts: (row) => this.keepReceipt(row),
      positions: (position) => keepGreatest(this.positionRows, position),
    };
    for (const row of rows) keepers[kind](row as ProjectionChanges[Kind][number]);
  }

  /** A copy of this store and its content. */
  copy(): InMemoryProjectionStore {
    const copy = new InMemoryProjectionStore();
    for (const name of TABLES) Object.assign(copy, { [name]: copyOf(this[name]) });
    const { legs, answeredLegs, contactAnomalies } = this.contactRows;
    Object.assign(copy.contactRows, {
      legs: new Map(legs),
      answeredLegs: new Map(answeredLegs),
      contactAnomalies: new Map(contactAnomalies),
    });
    return copy;
  }

  /** Forgets its positions and nothing else. */
  losePositions(): void {
    this.positionRows.clear();
  }

  async positions(topic: string): Promise<readonly ProjectedPosition[]> {
    return [...this.positionRows.values()].filter((position) => position.topic === topic);
  }

  /** Its position in one partition. */
  position(topic: string, partition: number, logId: string): ProjectedPosition | undefined {
    return this.positionRows.get(`${topic}/${partition}/${logId}`);
  }

  async begunWrites(topic: string): Promise<readonly ProjectedPosition[]> {
    return [...this.begunRows.values()].filter((position) => position.topic === topic);
  }

  /** Records that a write towards these positions has begun. */
  begin(positions: readonly ProjectedPosition[]): void {
    for (const position of positions) keepGreatest(this.begunRows, position);
  }

  async obstacle(): Promise<string | undefined> {
    return undefined;
  }

  intervals(timeline: string): Interval[] {
    return [...this.intervalRows.values()]
      .filter(({ value }) => value.timeline === timeline)
      .map(({ value }) => value.interval);
  }

  anomalies(timeline: string): Anomaly[] {
    return [...this.anomalyRows.values()]
      .filter(({ value }) => value.timeline === timeline && !value.deleted)
      .map(({ value }) => value.anomaly);
  }

  head(timeline: string): TimelineHead | undefined {
    return this.headRows.get(timeline)?.value;
  }

  /** Distinct events in order, each with the name that wins. */
  eventsOf(timeline: string): ReceivedStatusEvent[] {
    const arrivals = this.eventRows.get(timeline) ?? [];
    return distinctEvents(arrivals).map((event) => withFirstReceipt(event, arrivals, compareEvents));
  }

  private stepsOf(contact: string): ReceivedContactEvent[] {
    const arrivals = this.contactEventRows.get(contact)!;
    return distinctSteps(arrivals).map((step) => withFirstReceipt(step, arrivals, compareSteps));
  }

  private keepOfContact(
    table: keyof typeof this.contactRows,
    identity: string,
    row: unknown,
    { contact, version, deleted }: { contact: ContactId; version: number; deleted: boolean },
  ): void {
    const key = contactKey(contact);
    keepNewest(this.contactRows[table], `${key} ${identity}`, {
      version,
      value: { contact: key, row, deleted },
    });
  }

  private keepContactEvent(event: ReceivedContactEvent): void {
    const key = contactKey(event);
    this.contactEventRows.set(key, [...(this.contactEventRows.get(key) ?? []), event]);
  }

  /** One row for each system and block of a producer's sequence numbers. */
  receipts(): ReceiptRow[] {
    return [...this.receiptRows.values()];
  }

  activity(): ActivityRow[] {
    return [...this.activityRows.values()];
  }

  deadLetters(): DeadLetterRow[] {
    return [...this.deadLetterRows.values()];
  }

  deadLetterResends(): DeadLetterResendRow[] {
    return [...this.resendRows.values()];
  }

  /** The groups that contacts of a system came to. */
  contactGroups(systemId: string): string[] {
    const prefix = `${systemId}\u0000`;
    return [...this.groupRows].filter((row) => row.startsWith(prefix)).map((row) => row.slice(prefix.length));
  }

  /** Of a system's directories, the one that is in force. */
  directory(systemId: string): ReceivedDirectory | undefined {
    return this.directoryRows.get(systemId);
  }

  /** The timelines, and the contacts, that have any event, by their keys. */
  timelines(): string[] {
    return [...this.eventRows.keys()];
  }

  contacts(): string[] {
    return [...this.contactEventRows.keys()];
  }

  private keepDirectory(row: ReceivedDirectory): void {
    const kept = this.directoryRows.get(row.systemId);
    if (kept === undefined || row.position >= kept.position) this.directoryRows.set(row.systemId, row);
  }

  private keepReceipt(row: ReceiptRow): void {
    const key = `${row.receiver} ${row.block} ${row.systemId}`;
    const kept = this.receiptRows.get(key) ?? row;
    this.receiptRows.set(key, {
      ...row,
      stored: kept.stored | row.stored,
      repeats: kept.repeats | row.repeats,
      deadLettered: kept.deadLettered | row.deadLettered,
      failed: kept.failed | row.failed,
      settled: Math.max(kept.settled, row.settled),
      lastReceived: Math.max(kept.lastReceived, row.lastReceived),
    });
  }

  private keepActivity(row: ActivityRow): void {
    const key = `${row.slot} ${row.systemId}`;
    const kept = this.activityRows.get(key) ?? row;
    const lastAction = Math.max(kept.lastAction ?? -Infinity, row.lastAction ?? -Infinity);
    this.activityRows.set(key, {
      ...row,
      lastReceived: Math.max(kept.lastReceived, row.lastReceived),
      lastAction: lastAction === -Infinity ? null : lastAction,
    });
  }

  private crash(): never {
    this.crashBeforeStep = undefined;
    throw new CrashedError();
  }

  private keepInterval({ timeline, interval, version }: ProjectionChanges['intervals'][number]): void {
    const key = timelineKey(timeline);
    const value = { timeline: key, interval };
    keepNewest(this.intervalRows, `${key} ${interval.start} ${interval.stateCode}`, { version, value });
  }

  private keepAnomaly({ timeline, anomaly, deleted, version }: ProjectionChanges['anomalies'][number]): void {
    const key = timelineKey(timeline);
    const value = { timeline: key, anomaly, deleted };
    const identity = `${key} ${anomaly.at} ${anomaly.kind} ${anomaly.stateCode}`;
    keepNewest(this.anomalyRows, identity, { version, value });
  }

  private keepEvent(event: ReceivedStatusEvent): void {
    const key = timelineKey(event);
    this.eventRows.set(key, [...(this.eventRows.get(key) ?? []), event]);
  }
}

function answeredKey(leg: Leg): string {
  return `${legKey(leg)} ${leg.answer!.at} ${leg.answer!.workerId}`;
}

function copyOf<Table extends Map<string, unknown> | Set<string>>(table: Table): Table {
  return (table instanceof Map ? new Map(table) : new Set(table)) as Table;
}

interface Received {
  readonly position: number;
  readonly receivedAt: number;
}

/** Of repeats, the first in the log and the first receipt count, each by itself. */
function withFirstReceipt<E extends Received>(
  event: E,
  arrivals: readonly E[],
  compare: (a: E, b: E) => number,
): E {
  let { position, receivedAt } = event;
  for (const other of arrivals) {
    if (compare(event, other) !== 0) continue;
    position = Math.min(position, other.position);
    receivedAt = Math.min(receivedAt, other.receivedAt);
  }
  return { ...event, position, receivedAt };
}

function keepGreatest(rows: Map<string, ProjectedPosition>, position: ProjectedPosition): void {
  const key = `${position.topic}/${position.partition}/${position.logId}`;
  const kept = rows.get(key);
  if (kept === undefined || kept.offset <= position.offset) rows.set(key, position);
}

function keepNewest<T>(rows: Map<string, Versioned<T>>, identity: string, row: Versioned<T>): void {
  const kept = rows.get(identity);
  if (kept === undefined || row.version >= kept.version) rows.set(identity, row);
}
