import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues } from '../connection/values.js';
import { auditedContacts } from './audited-contacts.js';
import { auditedDirectories } from './audited-directories.js';
import { auditedStatuses } from './audited-statuses.js';
import {
  compare,
  countStored,
  keysOf,
  keyValues,
  ofKeys,
  REPORTED_DIFFERENCES,
  type AuditedKind,
  type Comparison,
  type Difference,
} from './comparison.js';
import { missingEvents, type LoggedEvents } from './missing-events.js';
import { sampledKeys } from './sampled-keys.js';

export {
  REPORTED_DIFFERENCES as TOLD_DIFFERENCES,
  type AuditedTable,
  type Difference,
} from './comparison.js';

export interface AuditProgress {
  /** Parts of the store compared so far, and in total. */
  readonly done: number;
  readonly parts: number;
  /** Found in the latest part. */
  readonly differences: readonly Difference[];
  /** Rows of the store compared in the latest part, by table. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface AuditOptions {
  readonly database: string;
  readonly stateMaxAgeMs: number;
  /** Events that are paired, or made into legs, at a time. Bounds memory. */
  readonly eventsPerPart?: number;
  /**
   * Rows older than this (milliseconds since the Unix epoch) are skipped: the store drops events and what was made of
   * them part by part, in no common order.
   */
  readonly sinceMs?: number;
  /** Maximum differences listed per table, part and side. */
  readonly toldDifferences?: number;
  /** For a store that is being written to. Without it nothing is compared twice and nothing waits. */
  readonly beside?: BesideWriters;
}

/** How an audit shares a store with writers and readers. */
export interface BesideWriters {
  /** Waits after a comparison, long enough to leave the others their share of the engine. */
  rest(tookMs: number): Promise<void>;
  /** Waits until the writes under way should be complete. */
  awaitWrites(): Promise<void>;
  readonly clock: () => number;
}

export interface SampleOptions extends AuditOptions {
  /** This many timelines and this many contacts. */
  readonly sample: number;
  /** The same seed on the same store gives the same sample. From 0 to 2^32 - 1. */
  readonly seed: number;
}

const EVENTS_PER_PART = 250_000;
/**
 * Rows are written before the events that they are made of, so a difference counts only if it survives this many looks.
 */
const LOOKS = 4;

/**
 * Compares what was projected with what SQL makes of the raw events, independently of the projector. It goes part by
 * part to bound memory: a part is a share of the agents, the contacts or the directories.
 */
export async function* audit(
  connection: StoreConnection,
  options: AuditOptions,
): AsyncGenerator<AuditProgress> {
  const parts: Part[] = [];
  for (const kind of kindsOf(options, [auditedStatuses, auditedContacts, auditedDirectories])) {
    parts.push(...(await partsOf(connection, kind, options.eventsPerPart ?? EVENTS_PER_PART)));
  }
  yield* compareParts(connection, parts, options);
}

/** Like {@link audit}, but for a random sample of timelines and contacts. */
export async function* auditSample(
  connection: StoreConnection,
  options: SampleOptions,
): AsyncGenerator<AuditProgress> {
  const parts: Part[] = [];
  for (const kind of kindsOf(options, [auditedStatuses, auditedContacts])) {
    const slices = await sampledKeys(connection, kind.keys!, {
      ...options,
      eventsPerSlice: options.eventsPerPart ?? EVENTS_PER_PART,
    });
    const condition = ofKeys(kind.keys!);
    for (const slice of slices) parts.push({ kind, condition, values: keyValues(kind.keys!, slice) });
  }
  yield* compareParts(connection, parts, options);
}

/**
 * Checks that the events of the log are among the raw events of the store. `done` is 0 until all have been looked up,
 * then 1, of one part.
 */
export async function* auditLogged(
  connection: StoreConnection,
  logged: AsyncIterable<LoggedEvents>,
  options: AuditOptions & { readonly sinceMs: number },
): AsyncGenerator<AuditProgress> {
  const { beside } = options;
  for await (const events of logged) {
    const began = beside?.clock() ?? 0;
    const differences = await missingEvents(connection, events, options);
    const table = events.kind === 'status' ? 'status_events' : 'contact_events';
    yield { done: 0, parts: 1, differences, rows: { [table]: events.events.length } };
    await beside?.rest(beside.clock() - began);
  }
  yield { done: 1, parts: 1, differences: [], rows: {} };
}

type KindOf = (database: string, stateMaxAgeMs: number) => AuditedKind;

function kindsOf({ database, stateMaxAgeMs }: AuditOptions, kinds: readonly KindOf[]): AuditedKind[] {
  return kinds.map((kindOf) => kindOf(database, stateMaxAgeMs));
}

/** One share of the rows of one kind. */
interface Part {
  readonly kind: AuditedKind;
  readonly condition: string;
  readonly values: BoundValues;
}

async function partsOf(
  connection: StoreConnection,
  kind: AuditedKind,
  eventsPerPart: number,
): Promise<Part[]> {
  const [row] = await connection.rows<[number]>(kind.size);
  const parts = Math.max(1, Math.ceil(row![0] / eventsPerPart));
  const condition = kind.ofPart;
  return Array.from({ length: parts }, (_, part) => ({ kind, condition, values: { part, parts } }));
}

async function* compareParts(
  connection: StoreConnection,
  parts: readonly Part[],
  options: AuditOptions,
): AsyncGenerator<AuditProgress> {
  for (const [index, part] of parts.entries()) {
    const comparing = new PartComparison(connection, part, options);
    await comparing.run();
    const { differences, rows } = comparing;
    yield { done: index + 1, parts: parts.length, differences, rows };
  }
}

class PartComparison {
  readonly differences: Difference[] = [];
  readonly rows: Record<string, number> = {};

  constructor(
    private readonly connection: StoreConnection,
    private readonly part: Part,
    private readonly options: AuditOptions,
  ) {}

  async run(): Promise<void> {
    const { kind, condition, values } = this.part;
    for (const comparison of kind.comparisonsOf(condition)) {
      const began = this.options.beside?.clock() ?? 0;
      this.rows[comparison.table] = await countStored(this.connection, comparison, this.bound(values));
      const found = await this.compare(comparison, values);
      this.differences.push(...(await this.thatStay(comparison.table, found)));
      await this.options.beside?.rest(this.options.beside.clock() - began);
    }
  }

  private compare(comparison: Comparison, values: BoundValues): Promise<Difference[]> {
    const limit = this.options.toldDifferences ?? REPORTED_DIFFERENCES;
    return compare(this.connection, comparison, this.bound(values), limit);
  }

  private bound(values: BoundValues): BoundValues {
    return { ...this.part.kind.values, since: this.options.sinceMs ?? 0, ...values };
  }

  /** Beside writers: the differences seen at every look. A row that changed in between is not a difference. */
  private async thatStay(table: string, found: Difference[]): Promise<Difference[]> {
    const { beside } = this.options;
    let staying = found;
    if (beside === undefined) return staying;
    for (let look = 1; look < LOOKS && staying.length > 0; look++) {
      await beside.awaitWrites();
      const now = new Set((await this.lookAgain(table, staying)).map(identityOf));
      staying = staying.filter((difference) => now.has(identityOf(difference)));
    }
    return staying;
  }

  private lookAgain(table: string, differences: readonly Difference[]): Promise<Difference[]> {
    const { kind, condition, values } = this.part;
    const keys = kind.keys === undefined ? [] : keysOf(differences, kind.keys);
    const [where, bound] =
      kind.keys === undefined || keys.length === 0
        ? [condition, values]
        : [ofKeys(kind.keys), keyValues(kind.keys, keys)];
    return this.compare(
      kind.comparisonsOf(where).find((each) => each.table === table)!,
      bound,
    );
  }
}

function identityOf({ side, row }: Difference): string {
  return JSON.stringify([side, row]);
}
