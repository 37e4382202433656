/**
 * Contacts as in `docs/semantics.md` 4, in SQL and from the raw events alone. `audit` compares the projector with this.
 *
 * The steps of a contact are walked once, in the table's order, to find for each of them which group's leg was running
 * when it was taken, and whether it was taken ahead of its instant. The rest needs no memory: the steps are numbered in
 * the order in which they are taken, each is placed in a leg, and each leg is summed up.
 *
 * Bound: `{notEnded:Int64}`, the end in milliseconds that `answered_legs` gives a leg without one, and what `where`
 * binds.
 */
export interface LegsSql {
  /** Rows of a leg's contact and identity, then the other columns of `legs` except the version. */
  readonly legs: string;
  /** Likewise for `answered_legs`. */
  readonly answeredLegs: string;
  /** Rows of the columns of `contact_anomalies` except the version. */
  readonly anomalies: string;
}

export function legsSql(database: string, where: string): LegsSql {
  const placed = placedSteps(`SELECT * FROM ${database}.contact_events FINAL WHERE ${where}`);
  const figures = legFigures(placed);
  const leg = `${CONTACT}, group_id, ${time('begin')} AS begin, begun_by, begun_by_worker`;
  return {
    legs: `
      SELECT ${leg}, outcome, answerer, if(outcome = 'unended', NULL, ${time('answered_at')}) AS answered,
             waiting, talk, handling, post_processing, customer_id, channel_type, ${time('last_touched')} AS touched
      FROM (${figures})`,
    answeredLegs: `
      SELECT ${leg}, outcome, answerer, ${time('assumeNotNull(answered_at)')} AS answered,
             ${time('ifNull(ended_at, {notEnded:Int64})')} AS ended, channel_type
      FROM (${figures}) WHERE answered_at IS NOT NULL`,
    anomalies: `
      SELECT ${CONTACT}, ${time('at')} AS instant, if(leg = 0, 'orphan_step', 'lost_end') AS kind, action, group_id,
             worker_id
      FROM (${placed}) WHERE leg = 0 OR interrupts`,
  };
}

const CONTACT = 'system_id, contact_id';
/** Absence of a group or worker: ids are never empty. */
const NONE = `''`;

/** The actions in the order of the table. */
const TABLE = `['queued', 'offered', 'answered', 'held', 'resumed', 'finished', 'transferred', 'wrapped', 'rested',
  'abandoned', 'bot_closed']`;
const ENDINGS = `('finished', 'transferred', 'abandoned', 'bot_closed')`;
const PROCESSED = `('finished', 'transferred', 'bot_closed')`;
const FOLLOW_UPS = `('wrapped', 'rested')`;

const time = (milliseconds: string) => `fromUnixTimestamp64Milli(${milliseconds}, 'UTC')`;

/** SQL's `let`: the body with a name for a value. */
const letting = (name: string, value: string, body: string) => `arrayMap(${name} -> ${body}, [${value}])[1]`;

/** The distinct steps. The first of each instant carries the groups that have an ending in that instant. */
const distinctSteps = (events: string) => `
  SELECT ${CONTACT}, at, place, group_id, worker_id, action, customer_id, channel_type,
         row_number() OVER (PARTITION BY ${CONTACT}, at ORDER BY place, group_id, worker_id) = 1 AS opens,
         if(opens, groupArrayIf(group_id, action IN ${ENDINGS}) OVER (PARTITION BY ${CONTACT}, at), []) AS endings
  FROM (
    SELECT toString(system_id) AS system_id, contact_id, toUnixTimestamp64Milli(action_time) AS at,
           indexOf(${TABLE}, action) AS place, group_id, worker_id, toString(action) AS action,
           ifNull(customer_id, '') AS customer_id, ifNull(channel_type, '') AS channel_type
    FROM (${events})
  )`;

const STEP = `Tuple(at Int64, place UInt8, group_id String, worker_id String, action String, customer_id String,
  channel_type String, opens UInt8, endings Array(String))`;
const FOUND = 'Tuple(ahead UInt8, running String)';

/**
 * The steps of each contact in the table's order, and what the walk finds of each. The walk's state is the group whose
 * leg is running, the group whose ending was taken ahead and is still to come, and what was found.
 */
const walkedContacts = (events: string) => `
  SELECT ${CONTACT},
         arraySort(groupArray(CAST((at, place, group_id, worker_id, action, customer_id, channel_type, opens, endings)
           AS ${STEP}))) AS steps,
         arrayFold((state, step) -> ${WALK}, steps, (${NONE}, ${NONE}, CAST([] AS Array(${FOUND})))).3 AS found
  FROM (${distinctSteps(events)})
  GROUP BY ${CONTACT}`;

/**
 * Rule 1, at the first step of an instant: the running leg is ended by the first ending of its group (`owed`). Then what
 * each step leaves running, which is all that rules 2 to 4 need to know of those before.
 */
const WALK = letting(
  'owed',
  `multiIf(NOT step.opens, state.2, has(step.endings, state.1), state.1, ${NONE})`,
  letting(
    'running',
    `if(step.opens AND owed != ${NONE}, ${NONE}, state.1)`,
    letting(
      'ahead',
      `step.action IN ${ENDINGS} AND step.group_id = owed`,
      `(
        multiIf(
          ahead, running,
          step.action IN ('queued', 'offered', 'answered'), step.group_id,
          step.action = 'abandoned', ${NONE},
          step.action IN ${PROCESSED} AND step.group_id = running, ${NONE},
          running),
        if(ahead, ${NONE}, owed),
        arrayPushBack(state.3, CAST((ahead, if(ahead, owed, running)) AS ${FOUND}))
      )`,
    ),
  ),
);

const TAKEN = `Tuple(at Int64, waits UInt8, place UInt8, group_id String, worker_id String, action String,
  customer_id String, channel_type String, running String)`;

/**
 * The steps in the order in which they are taken, by number, each with the legs begun so far. A step may begin a leg
 * (rules 2 and 3), thereby interrupt the running one, or join the running one (rules 3 and 4).
 */
const numberedSteps = (events: string) => `
  SELECT ${CONTACT}, number, step.at AS at, step.place AS place, step.group_id AS group_id,
         step.worker_id AS worker_id, step.action AS action, step.customer_id AS customer_id,
         step.channel_type AS channel_type, begins, begins AND step.running != ${NONE} AS interrupts,
         NOT begins AND action NOT IN ${FOLLOW_UPS} AND step.running = group_id AS joins, legs_begun
  FROM (
    SELECT ${CONTACT},
           arraySort(arrayMap((s, f) -> CAST((s.at, NOT f.ahead, s.place, s.group_id, s.worker_id, s.action,
             s.customer_id, s.channel_type, f.running) AS ${TAKEN}), steps, found)) AS taken,
           arrayMap(s -> s.action = 'queued' OR
             s.action IN ('offered', 'answered', 'abandoned') AND s.running != s.group_id, taken) AS beginnings
    FROM (${walkedContacts(events)})
  )
  ARRAY JOIN taken AS step, beginnings AS begins, arrayCumSum(beginnings) AS legs_begun, arrayEnumerate(taken) AS number`;

/**
 * The steps with their legs, numbered from 1; 0 for steps that belong to none. `ender` of an ending is the worker that
 * it states, else the first who answered the leg. Rule 5: what follows the talk belongs to the latest leg that its
 * worker ended.
 */
const placedSteps = (events: string) => `
  SELECT *, if(action IN ${FOLLOW_UPS}, latest_ended, own_leg) AS leg
  FROM (
    SELECT *, max(if(ends, own_leg, 0)) OVER (PARTITION BY ${CONTACT}, if(ends, ender, worker_id) ORDER BY number
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS latest_ended
    FROM (
      SELECT *, if(begins OR joins, legs_begun, 0) AS own_leg, action IN ${ENDINGS} AS ends,
             if(worker_id != ${NONE}, worker_id, argMinIf(worker_id, number, action = 'answered')
               OVER (PARTITION BY ${CONTACT}, legs_begun)) AS ender
      FROM (${numberedSteps(events)})
    )
  )`;

/** What the steps of each leg say together. Times are NULL where no step gives one. */
const summedLegs = (placed: string) => `
  SELECT ${CONTACT}, leg, anyIf((at, group_id, action, worker_id), begins) AS first,
         minOrNullIf(at, action = 'offered') AS first_offered, maxOrNullIf(at, action = 'offered') AS last_offered,
         groupArrayIf((at, worker_id), action = 'offered') AS offers,
         argMinOrNullIf(at, number, action = 'answered') AS stated_answer,
         argMinIf(worker_id, number, action = 'answered') AS first_answerer,
         anyOrNullIf(at, ends) AS ended_at, anyIf(action, ends) AS ending, anyIf(ender, ends) AS ended_by,
         maxOrNullIf(at, action IN ${FOLLOW_UPS}) AS followed_until,
         minIf((at, place, customer_id), customer_id != '').3 AS customer_id,
         minIf((at, place, channel_type), channel_type != '').3 AS channel_type,
         max(at) AS last_touched
  FROM (${placed}) WHERE leg > 0
  GROUP BY ${CONTACT}, leg`;

/** The legs with their outcomes and answers. A contact that a bot closed and no agent answered has none. */
const answeredLegs = (placed: string) => `
  SELECT *,
         multiIf(ending IN ${PROCESSED}, 'processed', ending = 'abandoned', 'missed',
           leg = max(leg) OVER (PARTITION BY ${CONTACT}), 'running', 'unended') AS outcome,
         multiIf(stated_answer IS NOT NULL, stated_answer, outcome = 'processed', ifNull(last_offered, ended_at), NULL)
           AS answered_at,
         multiIf(stated_answer IS NOT NULL, first_answerer, outcome = 'processed', ended_by, ${NONE}) AS answerer
  FROM (
    SELECT *, max(ending = 'bot_closed') OVER (PARTITION BY ${CONTACT}) AS bot_closed,
           max(stated_answer IS NOT NULL OR ending IN ('finished', 'transferred')) OVER (PARTITION BY ${CONTACT})
             AS agent_answered
    FROM (${summedLegs(placed)})
  )
  WHERE agent_answered OR NOT bot_closed`;

/** The figures of each leg, in milliseconds; NULL where it has none. */
const legFigures = (placed: string) => `
  SELECT ${CONTACT}, first.1 AS begin, first.2 AS group_id, first.3 AS begun_by, first.4 AS begun_by_worker, outcome,
         answered_at, answerer, ended_at, customer_id, channel_type, last_touched,
         arrayReduce('maxOrNull', arrayMap(o -> o.1, arrayFilter(o -> o.2 = answerer AND o.1 <= answered_at, offers)))
           AS rang_from,
         multiIf(outcome = 'unended', NULL, begun_by != 'queued', 0, arrayReduce('minOrNull',
           [first_offered, answered_at, if(ending = 'abandoned', ended_at, NULL)]) - begin) AS waiting,
         outcome = 'processed' AS talked,
         if(talked, ended_at - answered_at, NULL) AS talk,
         if(talked, ended_at - ifNull(rang_from, answered_at), NULL) AS handling,
         if(talked, ifNull(followed_until, ended_at) - ended_at, NULL) AS post_processing
  FROM (${answeredLegs(placed)})`;
