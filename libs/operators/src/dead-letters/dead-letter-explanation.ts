import { isoTime } from '#domain';
import type { DeadLetterWithResends } from '#store';
import type { ShownBody } from './dead-letter-body.js';
import type { JsonPosition } from './json-position.js';
import type { OpsLimits } from '../ops-ports.js';
import { formatDuration } from '../format-duration.js';
import { guessAboutTime } from './time-guess.js';

/** Plain words on a dead letter, for people. */
export interface DeadLetterExplanation {
  /** What was wrong with it. */
  readonly wrong: string;
  /** What would be right, and where to look. */
  readonly right: string;
}

/** What the words are made from. */
export interface LetterFacts {
  readonly letter: Pick<
    DeadLetterWithResends,
    'reason' | 'field' | 'message' | 'description' | 'receivedAt' | 'keptBytes'
  >;
  readonly shown: ShownBody;
  readonly position: JsonPosition | undefined;
  readonly limits: OpsLimits;
}

type Words = (facts: LetterFacts) => DeadLetterExplanation;

/** The catalogue by reason; one that is not in it is told in its own words. */
const CATALOGUE: Readonly<Record<string, Words>> = {
  malformed: malformedWords,
  missing_field: ({ letter: { field, description } }) => ({
    wrong: `The required parameter ${field} is missing, or null.`,
    right: `${description} If the platform has no value for it, its connector has to make one up; nothing is guessed here.`,
  }),
  invalid_field: ({ letter, shown }) => ({
    wrong: `${sentence(letter.message)}${valueWords(shown, letter.field)}`,
    right: letter.description,
  }),
  repeated_parameter: ({ letter: { field } }) => ({
    wrong: `${field} is in the body more than once, and its values contradict each other or might.`,
    right: `Send ${field} once. Which of the values is meant cannot be known.`,
  }),
  in_future: ({ letter, shown, limits }) => ({
    wrong: `${timeWords(shown, letter.receivedAt, letter.message)} (MAX_CLOCK_SKEW_SECONDS=${limits.maxClockSkewSeconds}).`,
    right: `Check the sender's clock and time zone, and the unit: seconds, or milliseconds, since the Unix epoch.${guess(shown, letter.receivedAt)} A letter that was only early can be resent as it is once its time has come.`,
  }),
  too_old: ({ letter, shown, limits }) => ({
    wrong: `${timeWords(shown, letter.receivedAt, letter.message)} (RETENTION_DAYS=${limits.retentionDays}).`,
    right: `Check the unit of actionTime: seconds, or milliseconds, since the Unix epoch.${guess(shown, letter.receivedAt)} If the history is wanted, raise RETENTION_DAYS and resend the letter.`,
  }),
  too_large: ({ letter, shown }) => ({
    wrong: `The body has ${shown.bodyBytes} bytes, more than an event may have. Its first ${letter.keptBytes} are kept.`,
    right: `${letter.description} The letter cannot be resent as it is, but with a corrected body.`,
  }),
  unreadable_record: ({ letter }) => ({
    wrong: `${sentence(letter.message)} ${letter.description}`,
    right:
      'Find out what else writes to the topics, or whether a newer version of the service does. After an upgrade that can read the record, rebuild the store.',
  }),
  unprojectable: ({ letter }) => ({
    wrong: `${sentence(letter.message)} ${letter.description}`,
    right:
      'The record stays in the log. Send what it was meant to say as a corrected body. A version of the service that can take it projects it with the next rebuild.',
  }),
};

/** Says what was wrong with a letter and what would be right. */
export function explainDeadLetter(facts: LetterFacts): DeadLetterExplanation {
  const { reason, message, description } = facts.letter;
  const words = Object.hasOwn(CATALOGUE, reason) ? CATALOGUE[reason]! : undefined;
  return words?.(facts) ?? { wrong: sentence(message), right: description };
}

function malformedWords({ letter, shown, position }: LetterFacts): DeadLetterExplanation {
  const where =
    position === undefined
      ? ''
      : ` It stops being JSON in line ${position.line}, column ${position.column}${nearWords(shown, position)}.`;
  return { wrong: `${sentence(letter.message)}${where}`, right: letter.description };
}

/** Characters of the body that are quoted where it stops being JSON. */
const QUOTED = 20;

function nearWords({ body = '' }: ShownBody, { offset }: JsonPosition): string {
  const near = body.slice(offset, offset + QUOTED);
  return near === '' ? ', at its very end' : `, at ${JSON.stringify(near).replace(/\p{Cs}/gu, '\ufffd')}`;
}

/** Characters of a value that are quoted. */
const QUOTED_VALUE = 100;

function valueWords(shown: ShownBody, field: string): string {
  const value = parameterOf(shown, field);
  if (value === undefined) return '';
  return ` It is ${JSON.stringify(value)
    .slice(0, QUOTED_VALUE)
    .replace(/\p{Cs}/gu, '\ufffd')}.`;
}

function timeWords(shown: ShownBody, receivedAt: number, message: string): string {
  const given = parameterOf(shown, 'actionTime');
  const time = timeOf(given);
  if (time === undefined) return sentence(message).slice(0, -1);
  const ahead = time - receivedAt;
  const span = formatDuration(Math.abs(ahead));
  return `actionTime ${String(given)} (${isoTime(time)}) was ${span} ${ahead > 0 ? 'ahead of' : 'behind'} our clock when it came`;
}

function guess(shown: ShownBody, receivedAt: number): string {
  const given = parameterOf(shown, 'actionTime');
  const time = timeOf(given);
  const found = time === undefined ? undefined : guessAboutTime(Number(given), time, receivedAt);
  return found === undefined ? '' : ` ${found}`;
}

/** Times that a `Date` can hold. */
const MAX_DATE_MS = 8.64e15;
const FIRST_MILLISECONDS = 100_000_000_000;

function timeOf(given: unknown): number | undefined {
  const value = typeof given === 'string' && /^\s*\d+\s*$/.test(given) ? Number(given) : given;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const ms = value >= FIRST_MILLISECONDS ? value : value * 1000;
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
