import { isUtf8 } from 'node:buffer';
import type { BodySchema } from './body-schema.js';
import { decimalString } from './decimal-string.js';
import { countJsonMembers, jsonMembers } from './json-members.js';
import { malformed, repeatedParameter, type Rejection } from './rejection.js';

/** A body read leniently, or why it could not be read. */
export type Reading =
  | { readonly parameters: Readonly<Record<string, unknown>> }
  | { readonly rejection: Rejection; readonly parameters: Readonly<Record<string, unknown>> };

const NO_PARAMETERS = {};

/** A number with a fraction or an exponent can have become an integer only by being rounded. */
const MAY_BE_ROUNDED = /\d[.eE]/;

/**
 * Reads the body of a fire-and-forget message: lenient where the meaning is certain (numbers for text, digits for
 * numbers, white space around ids), see `docs/semantics.md` 1. What it gives is for the schema to judge.
 *
 * Only the schema's parameters are read; others are ignored.
 */
export class SubmissionReader {
  private readonly text: ReadonlySet<string>;
  private readonly untrimmed: ReadonlySet<string>;
  private readonly names: readonly string[];

  /** @param verbatim the text parameters that are taken as they come, white space and all. */
  constructor(schema: BodySchema, verbatim: readonly string[]) {
    this.names = Object.keys(schema.properties);
    this.text = new Set(this.names.filter((name) => schema.properties[name]!.type === 'string'));
    this.untrimmed = new Set(verbatim);
  }

  read(body: Buffer): Reading {
    if (!isUtf8(body)) return rejected(malformed('the body is not UTF-8'));
    const text = withoutByteOrderMark(body.toString('utf8'));
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      return rejected(malformed(`the body is not JSON: ${(error as Error).message}`));
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      return rejected(malformed('the body is not a JSON object'));
    }
    return this.readObject(parsed as Record<string, unknown>, text);
  }

  private readObject(parsed: Record<string, unknown>, text: string): Reading {
    const parameters: Record<string, unknown> = {};
    for (const name of this.names) {
      // Not what an object inherits: a body may name any property.
      const value = Object.hasOwn(parsed, name) ? parsed[name] : undefined;
      if (value === undefined || value === null) continue;
      parameters[name] = this.text.has(name) ? this.readText(name, value, text) : readInteger(value);
    }
    if (countJsonMembers(text) !== Object.keys(parsed).length) {
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

function rejected(rejection: Rejection): Reading {
  return { rejection, parameters: NO_PARAMETERS };
}

function readInteger(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const digits = value.trim();
  return /^\d+$/.test(digits) ? Number(digits) : value;
}

function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
