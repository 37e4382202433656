import {
  compareEvents,
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
  ProjectedPosition,
  ProjectionChanges,
  ProjectionStore,
  ReceiptRow,
  ReceivedContactEvent,
  ReceivedStatusEvent,
} from '#store';

/** The process ends here, in the middle of a write. */
export class CrashedError extends Error {}

interface Versioned<T> {
  readonly version: number;
  readonly value: T;
}

interface OfContact {
  readonly contact: string;
  readonly row: unknown;
  readonly deleted: boolean;
}

/**
 * A projection store that keeps its rows by identity and version, as the port demands, and can be told to crash
 * after any of the steps of a write.
 */
export class InMemoryProjectionStore implements ProjectionStore {
  private readonly intervalRows = new Map<string, Versioned<{ timeline: string; interval: Interval }>>();
  private readonly anomalyRows = new Map<
    string,
    Versioned<{ timeline: string; anomaly: Anomaly; deleted: boolean }>
  >();
  private readonly headRows = new Map<string, Versioned<TimelineHead>>();
  private readonly eventRows = new Map<string, ReceivedStatusEvent[]>();
  private readonly contactRows = {
    legs: new Map<string, Versioned<OfContact>>(),
    answeredLegs: new Map<string, Versioned<OfContact>>(),
    contactAnomalies: new Map<string, Versioned<OfContact>>(),
  };
  private readonly contactEventRows = new Map<string, ReceivedContactEvent[]>();
  private readonly receiptRows = new Map<string, ReceiptRow>();
  private readonly systems = new Set<string>();
  private readonly positionRows = new Map<string, ProjectedPosition>();
  private readonly activityRows = new Map<string, ActivityRow>();
  /** The write crashes before this of its steps, once; after its last step if there is no such step. */
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
    return new Map(known.map((key) => [key, distinctSteps(this.contactEventRows.get(key)!)]));
  }

  /** The legs of a contact, as either of their tables has them. */
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
    const steps = [
      () => changes.legs.forEach(({ leg, ...row }) => this.keepOfContact('legs', legKey(leg), leg, row)),
      () =>
        changes.answeredLegs.forEach(({ leg, ...row }) =>
          this.keepOfContact(
            'answeredLegs',
            `${legKey(leg)} ${leg.answer!.at} ${leg.answer!.workerId}`,
            leg,
            row,
          ),
        ),
      () =>
        changes.contactAnomalies.forEach(({ anomaly, ...row }) =>
          this.keepOfContact('contactAnomalies', Object.values(anomaly).join(' '), anomaly, row),
        ),
      () => changes.intervals.forEach((row) => this.keepInterval(row)),
      () => changes.anomalies.forEach((row) => this.keepAnomaly(row)),
      () =>
        changes.heads.forEach(({ timeline, head, version }) =>
          keepNewest(this.headRows, timelineKey(timeline), { version, value: head }),
        ),
      () => changes.systems.forEach(({ systemId }) => this.systems.add(systemId)),
      () => changes.events.forEach((event) => this.keepEvent(event)),
      () => changes.contactEvents.forEach((event) => this.keepContactEvent(event)),
      () => changes.activity.forEach((row) => this.keepActivity(row)),
      () => changes.receipts.forEach((row) => this.keepReceipt(row)),
      () => changes.positions.forEach((position) => this.keepPosition(position)),
    ];
    for (const [index, step] of steps.entries()) {
      if (this.crashBeforeStep === index) this.crash();
      step();
    }
    if (this.crashBeforeStep !== undefined) this.crash();
  }

  async positions(topic: string): Promise<readonly ProjectedPosition[]> {
    return [...this.positionRows.values()].filter((position) => position.topic === topic);
  }

  async obstacle(): Promise<string | undefined> {
    return undefined;
  }

  private keepPosition(position: ProjectedPosition): void {
    const key = `${position.topic}/${position.partition}`;
    const kept = this.positionRows.get(key);
    if (kept === undefined || kept.offset <= position.offset) this.positionRows.set(key, position);
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

  /** Distinct, ordered, with the name that counts. */
  eventsOf(timeline: string): ReceivedStatusEvent[] {
    return distinctEvents(this.eventRows.get(timeline) ?? []).map((event) => ({
      ...event,
      position: Math.min(
        ...this.eventRows
          .get(timeline)!
          .filter((other) => compareEvents(event, other) === 0)
          .map(({ position }) => position),
      ),
    }));
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

  /** One row for each block of a receiver's numbers of a system. */
  receipts(): ReceiptRow[] {
    return [...this.receiptRows.values()];
  }

  activity(): ActivityRow[] {
    return [...this.activityRows.values()];
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

function keepNewest<T>(rows: Map<string, Versioned<T>>, identity: string, row: Versioned<T>): void {
  const kept = rows.get(identity);
  if (kept === undefined || row.version >= kept.version) rows.set(identity, row);
}
