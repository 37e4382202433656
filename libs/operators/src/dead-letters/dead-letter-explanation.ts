import { epochMs, isoTime } from '#edge';
import type { DeadLetterWithResends } from '#store';
import type { ShownBody } from './dead-letter-body.js';
import type { JsonPosition } from './json-position.js';
import type { OpsLimits } from '../ops-ports.js';
import { formatDuration } from '../format-duration.js';
import { guessTimeMistake } from './guess-time-mistake.js';

/** An explanation of a dead letter in plain words. */
export interface DeadLetterExplanation {
  /** What was wrong. */
  readonly wrong: string;
  /** How to correct it, and where to look. */
  readonly right: string;
}

/** The facts that explanations are made from. */
export interface LetterFacts {
  readonly letter: Pick<
    DeadLetterWithResends,
    'reason' | 'field' | 'message' | 'description' | 'receivedAt' | 'keptBytes'
  >;
  readonly shown: ShownBody;
  readonly position: JsonPosition | undefined;
  readonly limits: OpsLimits;
}

type Explain = (facts: LetterFacts) => DeadLetterExplanation;

/** Explanations by reason; other dead letters are explained by their own message. */
const CATALOGUE: Readonly<Record<string, Explain>> = {
  malformed: explainMalformed,
  missing_field: ({ letter: { field, description } }) => ({
    wrong: `The required parameter ${field} is missing, or null.`,
    right: `${description} If the platform has no value for it, its connector has to supply one; the service does not guess.`,
  }),
  invalid_field: ({ letter, shown }) => ({
    wrong: `${sentence(letter.message)}${quoteValue(shown, letter.field)}`,
    right: letter.description,
  }),
  repeated_parameter: ({ letter: { field } }) => ({
    wrong: `${field} occurs more than once in the body, possibly with contradictory values.`,
    right: `Send ${field} once: the service cannot know which value is meant.`,
  }),
  in_future: ({ letter, shown, limits }) => ({
    wrong: `${describeTime(shown, letter.receivedAt, letter.message)} (MAX_CLOCK_SKEW_SECONDS=${limits.maxClockSkewSeconds}).`,
    right: `Check the sender's clock and time zone, and the unit: seconds or milliseconds since the Unix epoch.${timeHint(shown, letter.receivedAt)} An event that was only early can be resent unchanged once its time has come.`,
  }),
  too_old: ({ letter, shown, limits }) => ({
    wrong: `${describeTime(shown, letter.receivedAt, letter.message)} (RETENTION_DAYS=${limits.retentionDays}).`,
    right: `Check the unit of actionTime: seconds or milliseconds since the Unix epoch.${timeHint(shown, letter.receivedAt)} If you need this history, raise RETENTION_DAYS and resend the dead letter.`,
  }),
  too_large: ({ letter, shown }) => ({
    wrong: `The body has ${shown.bodyBytes} bytes, which is too large for an event. Only its first ${letter.keptBytes} bytes were stored.`,
    right: `${letter.description} The dead letter cannot be resent unchanged, only with a corrected body.`,
  }),
  unreadable_record: ({ letter }) => ({
    wrong: `${sentence(letter.message)} ${letter.description}`,
    right:
      'Find out whether another program, or a newer version of the service, writes to the topics. After an upgrade to a version that can read the record, rebuild the store.',
  }),
  unprojectable: ({ letter }) => ({
    wrong: `${sentence(letter.message)} ${letter.description}`,
    right:
      'The record stays in the log. Resend the dead letter with a corrected body, or rebuild the store after an upgrade to a version that can project the record.',
  }),
};

/** Explains what was wrong with a dead letter and how to correct it. */
export function explainDeadLetter(facts: LetterFacts): DeadLetterExplanation {
  const { reason, message, description } = facts.letter;
  const words = Object.hasOwn(CATALOGUE, reason) ? CATALOGUE[reason]! : undefined;
  return words?.(facts) ?? { wrong: sentence(message), right: description };
}

function explainMalformed({ letter, shown, position }: LetterFacts): DeadLetterExplanation {
  const where =
    position === undefined
      ? ''
      : ` It stops being valid JSON in line ${position.line}, column ${position.column}${quoteNear(shown, position)}.`;
  return { wrong: `${sentence(letter.message)}${where}`, right: letter.description };
}

/** How many characters are quoted from where the body stops being JSON. */
const QUOTED = 20;

function quoteNear({ body = '' }: ShownBody, { offset }: JsonPosition): string {
  const near = body.slice(offset, offset + QUOTED);
  return near === '' ? ', at its very end' : `, at ${JSON.stringify(near).replace(/\p{Cs}/gu, '\ufffd')}`;
}

/** How many characters of a value are quoted. */
const QUOTED_VALUE = 100;

function quoteValue(shown: ShownBody, field: string): string {
  const value = parameterOf(shown, field);
  if (value === undefined) return '';
  return ` It is ${JSON.stringify(value)
    .slice(0, QUOTED_VALUE)
    .replace(/\p{Cs}/gu, '\ufffd')}.`;
}

function describeTime(shown: ShownBody, receivedAt: number, message: string): string {
  const given = parameterOf(shown, 'actionTime');
  const time = timeOf(given);
  if (time === undefined) return sentence(message).slice(0, -1);
  const ahead = time - receivedAt;
  const span = formatDuration(Math.abs(ahead));
  return `actionTime ${String(given)} (${isoTime(time)}) was ${span} ${ahead > 0 ? 'ahead of' : 'behind'} the service's clock when it was received`;
}

function timeHint(shown: ShownBody, receivedAt: number): string {
  const given = parameterOf(shown, 'actionTime');
  const time = timeOf(given);
  const found = time === undefined ? undefined : guessTimeMistake(Number(given), time, receivedAt);
  return found === undefined ? '' : ` ${found}`;
}

/** The largest time that a `Date` can hold. */
const MAX_DATE_MS = 8.64e15;

function timeOf(given: unknown): number | undefined {
  const value = typeof given === 'string' && /^\s*\d+\s*$/.test(given) ? Number(given) : given;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const ms = epochMs(value);
  return Math.abs(ms) <= MAX_DATE_MS ? ms : undefined;
}

function parameterOf({ body, bodyTruncated }: ShownBody, name: string): unknown {
  if (body === undefined || bodyTruncated) return undefined;
  try {
    const parameters: unknown = JSON.parse(body.replace(/^\ufeff/, ''));
    if (typeof parameters !== 'object' || parameters === null || !Object.hasOwn(parameters, name)) {
      return undefined;
    }
    return (parameters as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function sentence(text: string): string {
  return text === '' ? '' : `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
