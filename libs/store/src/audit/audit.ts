import type { StoreConnection } from '../connection.js';
import { auditedContacts } from './audited-contacts.js';
import { auditedDirectories } from './audited-directories.js';
import { auditedStatuses } from './audited-statuses.js';
import { compare, type AuditedKind, type Difference } from './comparison.js';

export { TOLD_DIFFERENCES, type AuditedTable, type Difference } from './comparison.js';

export interface AuditProgress {
  /** Parts of the store that were compared so far, and in all. */
  readonly done: number;
  readonly parts: number;
  readonly differences: readonly Difference[];
}

export interface AuditOptions {
  readonly database: string;
  readonly stateMaxAgeMs: number;
  /** Events that are paired, or told legs from, at a time; bounds the memory. */
  readonly eventsPerPart?: number;
}

const EVENTS_PER_PART = 250_000;

/**
 * Compares what was projected with what SQL makes of the raw events, independently of the projector and part by part.
 * A part is a share of the agents, of the contacts or of the directories, so that memory stays bounded.
 */
export async function* audit(
  connection: StoreConnection,
  { database, stateMaxAgeMs, eventsPerPart = EVENTS_PER_PART }: AuditOptions,
): AsyncGenerator<AuditProgress> {
  const kinds = [
    auditedStatuses(database, stateMaxAgeMs),
    auditedContacts(database),
    auditedDirectories(database),
  ];
  const parts: Part[] = [];
  for (const kind of kinds) parts.push(...(await partsOf(connection, kind, eventsPerPart)));
  for (const [index, part] of parts.entries()) {
    yield { done: index + 1, parts: parts.length, differences: await differencesOf(connection, part) };
  }
}

/** One share of what is audited of a kind. */
interface Part {
  readonly kind: AuditedKind;
  readonly part: number;
  readonly parts: number;
}

async function partsOf(
  connection: StoreConnection,
  kind: AuditedKind,
  eventsPerPart: number,
): Promise<Part[]> {
  const [row] = await connection.rows<[number]>(kind.size);
  const parts = Math.max(1, Math.ceil(row![0] / eventsPerPart));
  return Array.from({ length: parts }, (_, part) => ({ kind, part, parts }));
}

async function differencesOf(
  connection: StoreConnection,
  { kind, part, parts }: Part,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const comparison of kind.comparisons) {
    differences.push(...(await compare(connection, comparison, { ...kind.values, part, parts })));
  }
  return differences;
}
