import { localDays, startOfDay, type BeginningAction } from '#domain';
import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues } from '../connection/values.js';
import type { GroupPeriodQuery } from './query-store.js';
import { sizeOfAnswer, sizeOfList, sliceByRows } from './agent-slices.js';
import { directoryInForce, SERVICE, servicesOfGroups } from './directory-sql.js';
import { average, boundTime, isoTime } from './json-sql.js';
import { separated } from './separated.js';

export interface ServiceGroupDataOptions {
  readonly database: string;
  readonly staticServiceId: string;
  readonly timeZone: string;
  readonly rowsPerPiece: number;
}

/** The buckets of a piece may cover this many times as many legs as a piece may have rows. */
const LEGS_PER_ROW = 4;

/** The steps that begin legs, in the order in which the fold takes those of one instant. */
const BEGINNINGS: readonly BeginningAction[] = ['queued', 'offered', 'answered', 'abandoned'];
const PLACE_OF_BEGINNING = `indexOf([${BEGINNINGS.map((action) => `'${action}'`).join(', ')}], begun_by)`;

/**
 * The legs of the bound groups from the start of the period's first day, with their days and whether each is the first
 * of its customer in its group and day. Groups are numbered by their place in the answer, which is cheaper to compare.
 * The day comes first, as in the table, because nearly ordered rows sort fast.
 */
const legs = (database: string) => `
  SELECT group_number, begin_ms, day_start, outcome, handling_ms, post_processing_ms,
         customer_id = '' OR row_number() OVER
           (PARTITION BY day_start, group_number, customer_id ORDER BY begin_ms, contact_id, begun_by_place, begun_by_worker) = 1
           AS is_unique
  FROM (
    SELECT transform(group_id, {groups:Array(String)}, {numbers:Array(UInt32)}, toUInt32(0)) AS group_number,
           toUnixTimestamp64Milli(begin) AS begin_ms, roundDown(begin_ms, {dayStarts:Array(Int64)}) AS day_start,
           contact_id, ${PLACE_OF_BEGINNING} AS begun_by_place, begun_by_worker, customer_id, outcome, handling_ms, post_processing_ms
    FROM ${database}.legs FINAL
    WHERE system_id = {system:String} AND group_id IN {groups:Array(String)}
      AND begin >= ${boundTime('firstDay')} AND begin < ${boundTime('end')}
  )`;

/** What was received in each step of each day, as far as the period reaches. */
const buckets = (database: string) => `
  SELECT group_number, bucket,
         least(bucket + {step:Int64}, transform(any(day_start), {dayStarts:Array(Int64)}, {dayEnds:Array(Int64)}, toInt64(0))) AS bucket_end,
         count() AS received, countIf(outcome = 'processed') AS treated, countIf(outcome = 'missed') AS missed,
         countIf(is_unique) AS unique_received, countIf(is_unique AND outcome = 'processed') AS unique_treated,
         countIf(is_unique AND outcome = 'missed') AS unique_missed,
         ${average(`sumIf(handling_ms, outcome = 'processed')`, 'treated')} AS aht,
         ${average(`sumIf(post_processing_ms, outcome = 'processed')`, 'treated')} AS post_processing
  FROM (SELECT *, day_start + intDiv(begin_ms - day_start, {step:Int64}) * {step:Int64} AS bucket
        FROM (${legs(database)}) WHERE begin_ms >= {start:Int64})
  GROUP BY group_number, bucket`;

const time = (ms: string) => isoTime(`fromUnixTimestamp64Milli(${ms}, 'UTC')`);
const count = (name: string, column: string) => `',"${name}":', toString(${column})`;

const BUCKET = `concat('{"startInterval":"', ${time('bucket')}, '","endInterval":"', ${time('bucket_end')}, '"',
  ${count('notUniqueReceived', 'received')}, ${count('notUniqueTreated', 'treated')},
  ${count('notUniqueMissed', 'missed')}, ${count('receivedCalls', 'unique_received')},
  ${count('treatedCalls', 'unique_treated')}, ${count('missCalls', 'unique_missed')},
  ${count('aht', 'aht')}, ${count('postProcessing', 'post_processing')}, '}')`;

/** Where the object of a group begins, up to its list of buckets. */
const OBJECT_HEAD = `concat('{"serviceId":', toJSONString({services:Array(String)}[group_number]),
  ',"groupId":', toJSONString({groups:Array(String)}[group_number]), ',"historicData":[')`;
const OBJECT_TAIL = Buffer.from(']}');

/**
 * The objects of the bound groups, row by row: each row is its bucket, preceded by the text between it and the row
 * before.
 */
const objects = (database: string) => `
  SELECT concat(
    multiIf(group_before = 0, ${OBJECT_HEAD}, group_number = group_before, ',', concat(']},', ${OBJECT_HEAD})),
    ${BUCKET})
  FROM (
    SELECT *, lagInFrame(group_number) OVER before AS group_before
    FROM (${buckets(database)})
    WINDOW before AS (ORDER BY group_number, bucket ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
  )
  ORDER BY group_number, bucket`;

/** Streams the answer of `serviceGroupData` (spec 3.2), a slice of groups at a time, in the order of services and groups. */
export async function* serviceGroupData(
  store: StoreConnection,
  query: GroupPeriodQuery,
  { database, staticServiceId, timeZone, rowsPerPiece }: ServiceGroupDataOptions,
): AsyncGenerator<Buffer> {
  const asked = store.forQuestion(sizeOfList(query.groupIds));
  const firstDay = startOfDay(query.start, timeZone);
  const days = [...localDays(firstDay, query.end, timeZone)];
  const values = {
    system: query.systemId,
    directory: await directoryInForce(asked, database, query.systemId),
    start: query.start,
    end: query.end,
    step: query.stepMs,
    firstDay,
    dayStarts: days.map(({ start }) => start),
    dayEnds: days.map(({ end }) => end),
    service: staticServiceId,
  };
  const groups = await countBuckets(asked, { ...values, groups: query.groupIds }, database);
  const connection = store.forQuestion(sizeOfAnswer(groups));
  yield* separated(
    sliceByRows(groups, rowsPerPiece).map(async function* (slice) {
      const text = await connection.text(objects(database), {
        ...values,
        groups: slice.map(({ groupId }) => groupId),
        services: slice.map(({ service }) => service),
        numbers: slice.map((_, index) => index + 1),
      });
      if (text.length === 0) return;
      yield text;
      yield OBJECT_TAIL;
    }),
  );
}

/**
 * The groups in the answer's order. A group has at most as many buckets as it has legs, and as the period has steps.
 */
async function countBuckets(connection: StoreConnection, values: BoundValues, database: string) {
  const steps = Math.ceil((Number(values['end']) - Number(values['start'])) / Number(values['step'])) + 1;
  const rows = await connection.rows<[string, string, number]>(
    `SELECT group_id, ${SERVICE} AS service, legs FROM (
       SELECT group_id, count() AS legs FROM ${database}.legs
       WHERE system_id = {system:String} AND group_id IN {groups:Array(String)}
         AND begin >= ${boundTime('start')} AND begin < ${boundTime('end')}
       GROUP BY group_id
     ) AS counts
     LEFT JOIN (${servicesOfGroups(database)}) AS services USING group_id
     ORDER BY service, group_id`,
    values,
  );
  return rows.map(([groupId, service, legs]) => ({
    groupId,
    service,
    rows: Math.max(Math.min(legs, steps), Math.ceil(legs / LEGS_PER_ROW)),
  }));
}
