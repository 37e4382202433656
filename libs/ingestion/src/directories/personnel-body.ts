import { isUtf8 } from 'node:buffer';
import {
  findRepeatedId,
  staticService,
  type Directory,
  type DirectoryAgent,
  type DirectoryService,
} from '#domain';
import type { DirectoryAgentDto, DirectoryServiceDto, PersonnelDto } from './personnel.dto.js';
import { malformed, type Rejection } from '../rejections/rejection.js';
import { withoutByteOrderMark } from '../parsing/submission.js';

/** The largest directory that is accepted: some 80 000 agents. */
export const MAX_PERSONNEL_BYTES = 16 * 1024 * 1024;

export const directoryTooLargeRejection: Rejection = {
  reason: 'too_large',
  field: '',
  message: `the body is larger than ${MAX_PERSONNEL_BYTES} bytes`,
  description: 'Leave out what the WFM does not need: a directory is sent as a whole.',
};

/** A directory and its system. */
export interface Personnel {
  readonly systemId: string;
  readonly directory: Directory;
}

/** Ids are trimmed at every level; names are not. */
const IDS: ReadonlySet<string> = new Set(['systemId', 'id', 'groupId']);

/**
 * Parses a directory before the schema validates it. As everywhere, `null` counts as absent.
 *
 * @returns the parsed object, or why it cannot be read.
 */
export function parsePersonnel(
  body: Buffer,
): { readonly parsed: object } | { readonly rejection: Rejection } {
  if (!isUtf8(body)) return { rejection: malformed('the body is not UTF-8') };
  try {
    const parsed: unknown = JSON.parse(withoutByteOrderMark(body.toString('utf8')), readMember);
    if (typeof parsed === 'object' && !Array.isArray(parsed)) return { parsed: parsed as object };
    return { rejection: malformed('the body is not a JSON object') };
  } catch (error) {
    return { rejection: malformed(`the body is not JSON: ${(error as Error).message}`) };
  }
}

function readMember(name: string, value: unknown): unknown {
  return typeof value === 'string' && IDS.has(name) ? value.trim() : (value ?? undefined);
}

/** Reads a body that the schema has accepted: members in the order of the spec, unknown ones dropped. */
export function readPersonnel({ systemId, services, agents }: PersonnelDto): Personnel {
  const read = agents?.map(readAgent);
  const directory = {
    services: services?.map(readService) ?? [staticService(systemId, read ?? [])],
    ...given('agents', read),
  };
  return { systemId, directory };
}

/** Rejects a directory in which an id occurs twice, which no schema can express. */
export function repeatedIdRejection(directory: Directory): Rejection | undefined {
  const repeated = findRepeatedId(directory);
  if (repeated === undefined) return undefined;
  const { kind, id } = repeated;
  return {
    reason: 'invalid_field',
    field: kind === 'agent' ? 'agents' : 'services',
    message: `the ${kind} ${JSON.stringify(id)} occurs more than once`,
    description: REPEATED[kind],
  };
}

const REPEATED = {
  service: 'Send each service once, with all its groups.',
  group: 'A group belongs to one service: send it once, within that service.',
  agent: 'Send each agent once, with all groups.',
} as const;

function readService({ id, name, status, serviceGroups }: DirectoryServiceDto): DirectoryService {
  return { id: id, name, status, ...given('serviceGroups', serviceGroups?.map(readGroup)) };
}

function readGroup({
  id,
  name,
  status,
  channelType,
}: NonNullable<DirectoryServiceDto['serviceGroups']>[number]) {
  return { id: id, name, status, ...given('channelType', channelType) };
}

function readAgent({ id, name, ...dto }: DirectoryAgentDto): DirectoryAgent {
  return {
    id: id,
    name,
    ...given('surname', dto.surname),
    ...given('secondName', dto.secondName),
    ...given('agentNumber', dto.agentNumber),
    ...given('loginSSO', dto.loginSSO),
    ...given(
      'agentGroups',
      dto.agentGroups?.map(({ groupId }) => ({ groupId: groupId })),
    ),
  };
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]: Value });
}
