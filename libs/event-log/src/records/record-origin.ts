import type { NewRecord } from '../log-record.js';

/** Numbers `from` to `to`, both included. */
export type NumberRange = readonly [from: number, to: number];

/**
 * Which receiver a record comes from, and which of the receiver's numbers it has. Each receiver numbers what it takes
 * of each system: 1, 2, 3, … over all topics. So a number that is nowhere in the log shows what was lost.
 */
export interface RecordOrigin {
  /** The receiver, from its start on: {@link producerIdAt}. */
  readonly producerId: string;
  readonly sequence: number;
  /**
   * The log's answer to all numbers up to this one was known when the record was made: each is in the log, or among
   * those that this record or one before it tells as `failed`. Less than `number`.
   */
  readonly lowWatermark: number;
  /** Numbers that were refused (503), in ascending order, unless an earlier record that is in the log has told them. */
  readonly rejected: readonly NumberRange[];
}

/** Ranges of refused numbers that one record tells at most. */
export const MAX_REPORTED_RANGES = 16;
/** Numbers in one range at most, so that a record stands for a bounded amount of work. */
export const MAX_RANGE_NUMBERS = 2 ** 20;
/** The greatest number, for half a century of ten thousand events a second. */
export const MAX_NUMBER = 2 ** 44;

const ID_SECONDS_DIGITS = 8;
const RECEIVER_ID = /^[0-9a-f]{16}$/;
const NO_RANGES: readonly NumberRange[] = [];

/** A receiver's id: the second at which it started, then 32 random bits, in hexadecimal digits. */
export function producerIdAt(startedAtMs: number, randomBits: number): string {
  const seconds = Math.floor(startedAtMs / 1000)
    .toString(16)
    .padStart(ID_SECONDS_DIGITS, '0');
  return seconds + randomBits.toString(16).padStart(8, '0');
}

/** The record with its origin: `["<receiver>",<number>,<settled>,<from>,<to>,…]`. */
export function withOrigin({ key, value }: NewRecord, origin: RecordOrigin): NewRecord {
  const failed = origin.rejected.length === 0 ? '' : `,${origin.rejected.join(',')}`;
  const text = `["${origin.producerId}",${origin.sequence},${origin.lowWatermark}${failed}]`;
  return { key, value: `${value.slice(0, -1)},"origin":${text}}` };
}

/** The origin that a record tells; records of earlier versions, and of others than our receivers, have none. */
export function originOf({ origin }: Readonly<Record<string, unknown>>): RecordOrigin | undefined {
  if (!Array.isArray(origin)) return undefined;
  const [receiver, number, settled, ...bounds] = origin as readonly unknown[];
  const failed = bounds.length === 0 ? NO_RANGES : rangesOf(bounds, number);
  if (
    typeof receiver !== 'string' ||
    !RECEIVER_ID.test(receiver) ||
    !isNumber(number, 1, MAX_NUMBER) ||
    !isNumber(settled, 0, number - 1) ||
    failed === undefined
  ) {
    return undefined;
  }
  return { producerId: receiver, sequence: number, lowWatermark: settled, rejected: failed };
}

function rangesOf(bounds: readonly unknown[], number: unknown): NumberRange[] | undefined {
  if (bounds.length % 2 !== 0 || bounds.length > 2 * MAX_REPORTED_RANGES) return undefined;
  const ranges: NumberRange[] = [];
  for (let i = 0; i < bounds.length; i += 2) {
    const [from, to] = [bounds[i], bounds[i + 1]];
    if (!isNumber(from, 1, MAX_NUMBER) || !isNumber(to, from, from + MAX_RANGE_NUMBERS - 1)) return undefined;
    if (to >= (number as number)) return undefined;
    ranges.push([from, to]);
  }
  return ranges;
}

function isNumber(value: unknown, least: number, greatest: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= greatest;
}
