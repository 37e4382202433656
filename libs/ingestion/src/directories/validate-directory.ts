import { encodePersonnelRecord, type NewRecord } from '#event-log';
import { bodySchemaOf } from '../parsing/body-schema.js';
import { parsePersonnel, readPersonnel, repeatedIdRejection } from './personnel-body.js';
import { PersonnelDto } from './personnel.dto.js';
import type { Rejection } from '../rejections/rejection.js';
import { compileSchema } from '../validation/schema-compiler.js';
import { rejectionOf } from '../rejections/validation-rejection.js';

export const PERSONNEL_BODY = bodySchemaOf(PersonnelDto);

const findFault = compileSchema(PERSONNEL_BODY);

/** A directory that the schema accepts: its system, and its record or the reason why it is rejected nevertheless. */
export interface ReadDirectory {
  readonly systemId: string;
  readonly outcome: { readonly record: NewRecord } | { readonly rejection: Rejection };
}

/** The result of validating a body as a directory. */
export type DirectoryValidation = ReadDirectory | { readonly rejection: Rejection };

/**
 * Reads and validates the body of a directory. That takes a third of a second per megabyte, valid or not.
 *
 * @param receivedAt in milliseconds since the Unix epoch.
 */
export function validateDirectory(body: Buffer, receivedAt: number): DirectoryValidation {
  const reading = parsePersonnel(body);
  if ('rejection' in reading) return reading;
  const fault = findFault(reading.parsed as Record<string, unknown>);
  if (fault !== undefined) return { rejection: rejectionOf(fault) };
  const { systemId, directory } = readPersonnel(reading.parsed as PersonnelDto);
  const repeated = repeatedIdRejection(directory);
  if (repeated !== undefined) return { systemId, outcome: { rejection: repeated } };
  return { systemId, outcome: { record: encodePersonnelRecord({ systemId, directory, receivedAt }) } };
}
