import type { NewRecord } from '../log-record.js';

/** Numbers `from` to `to`, both included. */
export type NumberRange = readonly [from: number, to: number];

/**
 * The receiver that a record comes from, and its number there. Each receiver numbers what it accepts from each system:
 * 1, 2, 3, … over all topics. So a number that is missing from the log reveals a loss.
 */
export interface RecordOrigin {
  /** The receiver since its last start: {@link producerIdAt}. */
  readonly producerId: string;
  readonly sequence: number;
  /**
   * When the record was created, the log had answered for every number up to this one: each is in the log, or among the
   * `rejected` of this record or an earlier one. Less than `sequence`.
   */
  readonly lowWatermark: number;
  /** Numbers that were rejected (503), in ascending order, without those that an earlier record in the log reports. */
  readonly rejected: readonly NumberRange[];
}

/** Maximum ranges of rejected numbers that one record reports. */
export const MAX_REPORTED_RANGES = 16;
/** Maximum numbers in one range, which bounds the work that a record can cause. */
export const MAX_RANGE_NUMBERS = 2 ** 20;
/** The greatest number: enough for half a century at ten thousand events a second. */
export const MAX_NUMBER = 2 ** 44;

const ID_SECONDS_DIGITS = 8;
const RECEIVER_ID = /^[0-9a-f]{16}$/;
const NO_RANGES: readonly NumberRange[] = [];

/** A receiver's id in hexadecimal digits: the second at which it started, then 32 random bits. */
export function producerIdAt(startedAtMs: number, randomBits: number): string {
  const seconds = Math.floor(startedAtMs / 1000)
    .toString(16)
    .padStart(ID_SECONDS_DIGITS, '0');
  return seconds + randomBits.toString(16).padStart(8, '0');
}

/** The record with its origin: `["<producerId>",<sequence>,<lowWatermark>,<from>,<to>,…]`. */
export function withOrigin({ key, value }: NewRecord, origin: RecordOrigin): NewRecord {
  const rejected = origin.rejected.length === 0 ? '' : `,${origin.rejected.join(',')}`;
  const text = `["${origin.producerId}",${origin.sequence},${origin.lowWatermark}${rejected}]`;
  return { key, value: `${value.slice(0, -1)},"origin":${text}}` };
}

/** A record's origin. Records of earlier versions, and of programs other than our receivers, have none. */
export function originOf({ origin }: Readonly<Record<string, unknown>>): RecordOrigin | undefined {
  if (!Array.isArray(origin)) return undefined;
  const [producerId, sequence, lowWatermark, ...bounds] = origin as readonly unknown[];
  const rejected = bounds.length === 0 ? NO_RANGES : rangesOf(bounds, sequence);
  if (
    typeof producerId !== 'string' ||
    !RECEIVER_ID.test(producerId) ||
    !isNumber(sequence, 1, MAX_NUMBER) ||
    !isNumber(lowWatermark, 0, sequence - 1) ||
    rejected === undefined
  ) {
    return undefined;
  }
  return { producerId, sequence, lowWatermark, rejected };
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
