import { groupIds } from '../load/contact-stream.js';
import { SYSTEM } from '../load/event-stream.js';
import { DATABASE, DAY_SECONDS, daysAgo, makeStore } from './made-store.js';
import type { Owned } from '../owned.js';
import { isoSecond } from '../measuring/probes.js';
import type { Statement } from '../processes/store-only.js';
import { progress } from '../progress.js';

/** Groups in the store; half of them are queried. */
const STORED_GROUPS = 200;
export const QUERIED_GROUPS = 100;
export const QUERIED_DAYS = 31;
export const STEP_SECONDS = 300;
/** Legs of a group in a day. */
export const LEGS_PER_DAY = 1_000;
/** Customers of a group, so that one in seven legs of a day is of a returning customer. */
const CUSTOMERS = 3_000;

/** A store full of legs, in a directory that only one process at a time can use. */
export interface LegStore {
  readonly dataDirectory: string;
  readonly legs: number;
  /** The queried days, in seconds since the Unix epoch. */
  readonly period: { readonly start: number; readonly end: number };
}

/** Generates the legs inside the store, in the service's schema. */
export async function makeLegStore(owned: Owned, wanted: number): Promise<LegStore> {
  const days = Math.max(QUERIED_DAYS, Math.ceil(wanted / STORED_GROUPS / LEGS_PER_DAY));
  const firstSecond = daysAgo(days + 1);
  progress(`making ${STORED_GROUPS} groups × ${days} days × ${LEGS_PER_DAY} legs`);
  const statements = Array.from({ length: days }, (_, day) =>
    insertLegs({
      groups: STORED_GROUPS,
      legs: STORED_GROUPS * LEGS_PER_DAY,
      start: firstSecond + day * DAY_SECONDS,
      seconds: DAY_SECONDS,
      endedBefore: Infinity,
    }),
  );
  const { dataDirectory, rows } = await makeStore(owned, 'legs', statements);
  const start = firstSecond + Math.floor((days - QUERIED_DAYS) / 2) * DAY_SECONDS;
  return { dataDirectory, legs: rows, period: { start, end: start + QUERIED_DAYS * DAY_SECONDS } };
}

/** The legs to generate; times in seconds since the Unix epoch. */
export interface LegsToMake {
  readonly groups: number;
  readonly legs: number;
  readonly start: number;
  /** They begin within this time after the start, most of them about the middle. */
  readonly seconds: number;
  /** Legs that begin later are still running. */
  readonly endedBefore: number;
}

/** A statement that generates legs: 85 % processed, 12 % missed, 3 % with a lost end; one in 20 without a customer. */
export function insertLegs({ groups, legs, start, seconds, endedBefore }: LegsToMake): Statement {
  const id = (letter: string, number: string) => `concat('${letter}', leftPad(toString(${number}), 6, '0'))`;
  return {
    query: `INSERT INTO ${DATABASE}.legs
         (system_id, group_id, begin, contact_id, begun_by, begun_by_worker, outcome, worker_id, answered, waiting_ms,
          talk_ms, handling_ms, post_processing_ms, customer_id, channel_type, last_touched, version, is_deleted)
       WITH cityHash64(number, {start:UInt64}) AS hash, cityHash64(hash) AS more, more % 100 AS lot,
            {start:UInt64} + intDiv(hash % {seconds:UInt64} + intDiv(hash, 1000003) % {seconds:UInt64}, 2) AS second,
            second >= {endedBefore:UInt64} AS runs,
            if(runs, lot < 70, lot < 85) AS has_answer, NOT runs AND has_answer AS is_processed,
            fromUnixTimestamp64Milli(toInt64(1000 * second), 'UTC') AS time,
            toInt64(3000 + intDiv(more, 101) % 60000) AS waiting, toInt64(30000 + intDiv(more, 103) % 570000) AS talk
       SELECT {system:String}, ${id('G', 'number % {groups:UInt64}')}, time,
              concat('C', toString({start:UInt64}), '-', toString(number)), 'queued', '',
              multiIf(runs, 'running', lot < 85, 'processed', lot < 97, 'missed', 'unended'),
              if(has_answer, ${id('A', 'more % 5000')}, ''),
              if(has_answer, time + toIntervalMillisecond(waiting + 3000), NULL),
              if(has_answer OR (NOT runs AND lot < 97), waiting, NULL), if(is_processed, talk, NULL),
              if(is_processed, talk + 3000, NULL), if(is_processed, toInt64(intDiv(more, 107) % 60000), NULL),
              if(intDiv(more, 109) % 20 = 0, '', ${id('K', `intDiv(more, 113) % ${CUSTOMERS}`)}),
              'INCOMING_CALLS', time + toIntervalMillisecond(if(runs, 0, waiting + talk)), 0, 0
       FROM numbers({legs:UInt64})`,
    values: {
      system: SYSTEM,
      groups,
      legs,
      start,
      seconds,
      endedBefore: Math.min(endedBefore, Number.MAX_SAFE_INTEGER),
    },
  };
}

/** Selects the figures of `serviceGroupData` by the rules of `docs/semantics.md` 4, for UTC days. */
export function selectOfBuckets({ period: { start, end } }: LegStore): Statement {
  const time = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  const average = (total: string, count: string) =>
    `if(${count} = 0, 0, intDiv(2 * ${total} + ${count}, 2 * ${count}))`;
  return {
    query: `SELECT '1' AS serviceId, group_id AS groupId, fromUnixTimestamp64Milli(bucket, 'UTC') AS startInterval,
         fromUnixTimestamp64Milli(bucket + {step:Int64}, 'UTC') AS endInterval,
         count() AS notUniqueReceived, countIf(outcome = 'processed') AS notUniqueTreated,
         countIf(outcome = 'missed') AS notUniqueMissed, countIf(is_unique) AS receivedCalls,
         countIf(is_unique AND outcome = 'processed') AS treatedCalls,
         countIf(is_unique AND outcome = 'missed') AS missCalls,
         ${average(`sumIf(ifNull(handling_ms, 0), outcome = 'processed')`, 'notUniqueTreated')} AS aht,
         ${average(`sumIf(ifNull(post_processing_ms, 0), outcome = 'processed')`, 'notUniqueTreated')} AS postProcessing
       FROM (
         SELECT group_id, intDiv(toUnixTimestamp64Milli(begin), {step:Int64}) * {step:Int64} AS bucket, outcome,
                handling_ms, post_processing_ms,
                customer_id = '' OR row_number() OVER (PARTITION BY group_id, toDate(begin), customer_id
                  ORDER BY begin, contact_id, begun_by, begun_by_worker) = 1 AS is_unique
         FROM ${DATABASE}.legs FINAL
         WHERE system_id = {system:String} AND group_id IN {groups:Array(String)}
           AND begin >= ${time('start')} AND begin < ${time('end')}
       )
       GROUP BY groupId, bucket ORDER BY groupId, bucket`,
    values: {
      system: SYSTEM,
      groups: groupIds(QUERIED_GROUPS),
      start: start * 1000,
      end: end * 1000,
      step: STEP_SECONDS * 1000,
    },
  };
}

export function serviceGroupDataUrl(serviceUrl: string, { period: { start, end } }: LegStore): string {
  return (
    `${serviceUrl}/systems/${SYSTEM}/historic/serviceGroupData?startDate=${isoSecond(start)}` +
    `&endDate=${isoSecond(end)}&step=${STEP_SECONDS * 1000}&groupId=${groupIds(QUERIED_GROUPS).join(',')}`
  );
}
