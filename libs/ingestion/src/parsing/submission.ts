import { isUtf8 } from 'node:buffer';
import type { BodySchema } from './body-schema.js';
import { decimalString } from './decimal-string.js';
import { countJsonMembers, jsonMembers } from './json-members.js';
import type { RawBody } from './raw-body.js';
import { malformed, repeatedParameter, tooLargeRejection, type Rejection } from '../rejections/rejection.js';

/** The parameters of a body after lenient reading, and why it is rejected if it could not be read in full. */
export interface Reading {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly rejection?: Rejection | undefined;
}

/** A body that is a JSON object. In its text, parameters may occur twice. */
export interface OpenSubmission {
  readonly object: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const NO_PARAMETERS = {};

/** A number with a fraction or an exponent may look like an integer only because it was rounded. */
const MAY_BE_ROUNDED = /\d[.eE]/;

/**
 * Reads the body of a fire-and-forget message: lenient where the meaning is certain (numbers for text, digits for
 * numbers, white space around ids), see `docs/semantics.md` 1. The schema then validates the result.
 *
 * Only the schema's parameters are read; others are ignored.
 */
export class SubmissionReader {
  private readonly text: ReadonlySet<string>;
  private readonly untrimmed: ReadonlySet<string>;
  private readonly names: readonly string[];

  /** @param verbatim the text parameters that keep their surrounding white space. */
  constructor(schema: BodySchema, verbatim: readonly string[]) {
    this.names = Object.keys(schema.properties);
    this.text = new Set(this.names.filter((name) => schema.properties[name]!.type === 'string'));
    this.untrimmed = new Set(verbatim);
  }

  read(body: RawBody): Reading {
    const submission = openSubmission(body);
    if ('rejection' in submission) return { parameters: NO_PARAMETERS, ...submission };
    return this.readParameters(submission);
  }

  /** Reads the parameters of an opened body; {@link read} does both. */
  readParameters({ object, text }: OpenSubmission): Reading {
    const parameters: Record<string, unknown> = {};
    for (const name of this.names) {
      // Own properties only: a body may name any property.
      const value = Object.hasOwn(object, name) ? object[name] : undefined;
      if (value === undefined || value === null) continue;
      parameters[name] = this.text.has(name) ? this.readText(name, value, text) : readInteger(value);
    }
    if (countJsonMembers(text) !== Object.keys(object).length) {
      const repeated = this.findRepeated(text);
      if (repeated !== undefined) return { rejection: repeatedParameter(repeated), parameters };
    }
    return { parameters };
  }

  private readText(name: string, value: unknown, text: string): unknown {
    if (typeof value === 'string') return this.untrimmed.has(name) ? value : value.trim();
    if (typeof value !== 'number') return value;
    if (Number.isSafeInteger(value) && !MAY_BE_ROUNDED.test(text)) return String(value);
    const member = jsonMembers(text).findLast(({ key }) => key === name);
    return member === undefined ? value : decimalString(member.value);
  }

  private findRepeated(text: string): string | undefined {
    const seen = new Set<string>();
    for (const { key } of jsonMembers(text)) {
      if (!this.names.includes(key)) continue;
      if (seen.has(key)) return key;
      seen.add(key);
    }
    return undefined;
  }
}

/** Parses the body of a message of any kind, or rejects it. */
export function openSubmission(body: RawBody): OpenSubmission | { readonly rejection: Rejection } {
  if (body.tooLarge) return { rejection: tooLargeRejection };
  if (body.size === 0) return { rejection: malformed('the body is empty') };
  if (!isUtf8(body.bytes)) return { rejection: malformed('the body is not UTF-8') };
  const text = withoutByteOrderMark(body.bytes.toString('utf8'));
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch (error) {
    return { rejection: malformed(`the body is not JSON: ${(error as Error).message}`) };
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    return { rejection: malformed('the body is not a JSON object') };
  }
  return { object: object as Record<string, unknown>, text };
}

function readInteger(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const digits = value.trim();
  return /^\d+$/.test(digits) ? Number(digits) : value;
}

/** Some editors and shells write a byte order mark, which JSON does not allow. */
export function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
