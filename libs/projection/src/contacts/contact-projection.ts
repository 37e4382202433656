import {
  contactKey,
  distinctSteps,
  foldContact,
  isSameStep,
  legKey,
  type ContactAnomaly,
  type ContactFold,
  type ContactId,
  type Leg,
} from '#domain';
import type { ContactProjectionStore, ProjectionChanges, ReceivedContactEvent } from '#store';
import { newSystems } from '../memory/new-systems.js';
import { SeenKeys } from '../memory/seen-keys.js';
import type { WeightedCache } from '../memory/weighted-cache.js';

/** Contacts that are read back at a time. */
const CONTACTS_PER_READ = 1_000;

/** What a batch of contact events changes in the store, and which of its events were known before. */
export interface ContactChanges extends Pick<
  ProjectionChanges,
  'legs' | 'answeredLegs' | 'contactAnomalies' | 'contactEvents' | 'contactGroups' | 'systems'
> {
  /** The positions of the events that are repeats. */
  readonly repeats: readonly number[];
}

/** The known steps of a contact, distinct and ordered. */
export type KnownContact = readonly ReceivedContactEvent[];

/**
 * Turns batches of contact events into corrections of the store. A contact has few steps, so it is folded as a whole for
 * each arrival; rows that the fold no longer yields are marked as deleted. As with timelines, the arrivals are taken one by
 * one in the order of the log, so that what is written for a version depends on the log alone.
 */
export class ContactProjection {
  private readonly systems = new SeenKeys();
  private readonly groups = new SeenKeys();
  private storeIsEmpty: boolean | undefined;

  constructor(
    private readonly store: ContactProjectionStore,
    private readonly cache: WeightedCache<KnownContact>,
  ) {}

  /** Forgets everything remembered: after a failure, or when partitions were gained or lost. */
  forget(): void {
    this.cache.clear();
    this.systems.forget();
    this.groups.forget();
  }

  /**
   * Finds what the events change. The changes must be in the store before the next call; if they will not be, call `forget`.
   */
  async project(events: readonly ReceivedContactEvent[]): Promise<ContactChanges> {
    const arrivals = groupByContact(events);
    const known = await this.knownContacts(arrivals);
    const tasks = [...arrivals].map(([key, ofContact]) => new ContactTask(known.get(key) ?? [], ofContact));
    for (const [index, key] of [...arrivals.keys()].entries()) this.cache.set(key, tasks[index]!.steps);
    return {
      legs: tasks.flatMap(({ legs }) => [...legs.values()]),
      answeredLegs: tasks.flatMap(({ answeredLegs }) => [...answeredLegs.values()]),
      contactAnomalies: tasks.flatMap(({ anomalies }) => [...anomalies.values()]),
      contactEvents: tasks.flatMap(({ fresh }) => fresh),
      contactGroups: this.newGroups(events),
      systems: newSystems(events, this.systems),
      repeats: tasks.flatMap(({ repeats }) => repeats),
    };
  }

  private newGroups(events: readonly ReceivedContactEvent[]): ContactChanges['contactGroups'] {
    return events
      .filter(({ systemId, groupId }) => this.groups.isNew(`${systemId}\u0000${groupId}`))
      .map(({ systemId, groupId }) => ({ systemId, groupId }));
  }

  private async knownContacts(
    arrivals: ReadonlyMap<string, readonly ReceivedContactEvent[]>,
  ): Promise<Map<string, KnownContact>> {
    const known = new Map<string, KnownContact>();
    const missing: ContactId[] = [];
    for (const [key, [first]] of arrivals) {
      const cached = this.cache.get(key);
      if (cached === undefined) missing.push(first!);
      else known.set(key, cached);
    }
    if (missing.length === 0 || (await this.isNothingStored())) return known;
    for (let start = 0; start < missing.length; start += CONTACTS_PER_READ) {
      const stored = await this.store.contactEvents(missing.slice(start, start + CONTACTS_PER_READ));
      for (const [key, steps] of stored) known.set(key, steps);
    }
    return known;
  }

  /** If the store was empty at the start and nothing was forgotten since, what is not remembered is new. */
  private async isNothingStored(): Promise<boolean> {
    if (this.cache.evicted) return false;
    this.storeIsEmpty ??= await this.store.hasNoContacts();
    return this.storeIsEmpty;
  }
}

type LegRow = ProjectionChanges['legs'][number];
type AnomalyRow = ProjectionChanges['contactAnomalies'][number];

/** One contact's share of a batch: the latest row of each identity. */
class ContactTask {
  readonly legs = new Map<string, LegRow>();
  readonly answeredLegs = new Map<string, LegRow>();
  readonly anomalies = new Map<string, AnomalyRow>();
  readonly fresh: ReceivedContactEvent[] = [];
  readonly repeats: number[] = [];

  constructor(
    public steps: KnownContact,
    arrivals: readonly ReceivedContactEvent[],
  ) {
    let before = foldContact(steps);
    for (const arrival of arrivals) before = this.take(arrival, before);
  }

  private take(arrival: ReceivedContactEvent, before: ContactFold): ContactFold {
    const known = this.steps.find((step) => isSameStep(step, arrival));
    if (known !== undefined && known.position < arrival.position) this.repeats.push(arrival.position);
    const steps = distinctSteps([...this.steps, arrival]);
    const step = steps.find((each) => isSameStep(each, arrival))!;
    const statesMore =
      known !== undefined && (step.customerId !== known.customerId || step.channelType !== known.channelType);
    // A repeated delivery changes nothing: events are written after everything that they change.
    if (known !== undefined && !statesMore) return before;
    this.fresh.push(arrival);
    this.steps = steps;
    const after = foldContact(steps);
    this.correct(arrival, before, after);
    return after;
  }

  private correct(arrival: ReceivedContactEvent, before: ContactFold, after: ContactFold): void {
    const { position: version } = arrival;
    const contact = { systemId: arrival.systemId, contactId: arrival.contactId };
    const legs = (deleted: boolean) => (leg: Leg) => {
      this.legs.set(legKey(leg), { contact, leg, version, deleted });
      if (leg.answer !== null) this.answeredLegs.set(answeredKey(leg), { contact, leg, version, deleted });
    };
    const anomalies = (deleted: boolean) => (anomaly: ContactAnomaly) =>
      this.anomalies.set(anomalyKey(anomaly), { contact, anomaly, version, deleted });
    before.legs.forEach(legs(true));
    before.anomalies.forEach(anomalies(true));
    after.legs.forEach(legs(false));
    after.anomalies.forEach(anomalies(false));
  }
}

/** Identifies a leg among those of its agent, which are found by when they were answered. */
function answeredKey(leg: Leg): string {
  return `${legKey(leg)}\u0000${leg.answer!.at}\u0000${leg.answer!.workerId}`;
}

function anomalyKey({ kind, at, action, groupId, workerId }: ContactAnomaly): string {
  return [kind, at, action, groupId, workerId].join('\u0000');
}

function groupByContact(events: readonly ReceivedContactEvent[]): Map<string, ReceivedContactEvent[]> {
  const contacts = new Map<string, ReceivedContactEvent[]>();
  for (const event of events) {
    const key = contactKey(event);
    const ofContact = contacts.get(key);
    if (ofContact === undefined) contacts.set(key, [event]);
    else ofContact.push(event);
  }
  return contacts;
}
