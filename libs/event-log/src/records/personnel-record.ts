import type { Directory } from '#domain';
import type { NewRecord } from '../log-record.js';
import { originOf, type RecordOrigin } from './record-origin.js';
import { parseRecord, UnreadableRecordError } from './parse-record.js';

/**
 * The content of a personnel record: a system's directory, and when it was received (milliseconds since the Unix
 * epoch).
 */
export interface PersonnelRecord {
  readonly systemId: string;
  readonly receivedAt: number;
  readonly directory: Directory;
  /** See {@link withOrigin}. */
  readonly origin?: RecordOrigin | undefined;
}

const VERSION = 1;

/** Encodes the record. Its key keeps all directories of a system in one partition. */
export function encodePersonnelRecord({ systemId, receivedAt, directory }: PersonnelRecord): NewRecord {
  return { key: systemId, value: JSON.stringify({ v: VERSION, systemId, receivedAt, directory }) };
}

/** @throws UnreadableRecordError for anything that {@link encodePersonnelRecord} did not write in a known version. */
export function decodePersonnelRecord(value: string): PersonnelRecord {
  const record = parseRecord(value, VERSION);
  const { systemId, receivedAt, directory } = record;
  if (typeof systemId !== 'string' || !Number.isSafeInteger(receivedAt) || !isDirectory(directory)) {
    throw new UnreadableRecordError('a field of the personnel record is missing or of another type');
  }
  return { systemId, receivedAt: receivedAt as number, directory, origin: originOf(record) };
}

/** Checks only what is looked up later; names and the like are passed on as they are. */
function isDirectory(value: unknown): value is Directory {
  if (!isObject(value)) return false;
  const { services, agents = [] } = value;
  return isListOf(services, isService) && isListOf(agents, isAgent);
}

const isService = ({ id, serviceGroups = [] }: Members) =>
  typeof id === 'string' && isListOf(serviceGroups, (group) => typeof group['id'] === 'string');

const isAgent = ({ id, agentGroups = [] }: Members) =>
  typeof id === 'string' && isListOf(agentGroups, ({ groupId }) => typeof groupId === 'string');

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isItem: (item: Members) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isObject(item) && isItem(item));
}
