/**
 * The pairing of `docs/semantics.md` 2 in SQL, from the raw events alone. `audit` compares the projector with this.
 *
 * Window functions find the next exit of each code, cut each timeline at its resets (instants at which something is
 * entered and nothing of it exited, so that the state does not depend on the past) and give each segment the reset that
 * ends it. Within a segment, of one or few instants as a rule, the rules are applied one after the other.
 *
 * Bound: `{maxAge:Int64}` in milliseconds, and what `where` binds.
 */
export interface PairingSql {
  /** Rows of the timeline's three columns, start, end, state_code, state_name, ended_by. */
  readonly intervals: string;
  /** Rows of the timeline's three columns, at, kind, state_code. */
  readonly anomalies: string;
}

export function pairingSql(database: string, where: string): PairingSql {
  const folded = foldedSegments(`SELECT * FROM ${database}.status_events FINAL WHERE ${where}`);
  return {
    intervals: `
      SELECT ${TIMELINE}, fromUnixTimestamp64Milli(row.1, 'UTC') AS start,
             if(row.2 < 0, NULL, fromUnixTimestamp64Milli(row.2, 'UTC')) AS end,
             row.3 AS state_code, row.4 AS state_name, row.5 AS ended_by
      FROM (${folded}) ARRAY JOIN intervals AS row`,
    anomalies: `
      SELECT ${TIMELINE}, fromUnixTimestamp64Milli(row.1, 'UTC') AS at, row.2 AS kind, row.3 AS state_code
      FROM (${folded}) ARRAY JOIN anomalies AS row`,
  };
}

const TIMELINE = 'system_id, worker_id, group_id';
const NEVER = 'toInt64(9223372036854775807)';
const NONE = `('', toInt64(-1), '')`;
const INTERVALS = 'Array(Tuple(Int64, Int64, String, String, String))';
const ANOMALIES = 'Array(Tuple(Int64, String, String))';

/** Instants as (at, entered as (next exit, code, name), exited codes), and whether each is a reset. */
const instants = (events: string) => `
  SELECT ${TIMELINE}, at, arraySort(groupArrayIf((exited_next, code, name), entered)) AS enters,
         arraySort(groupArrayIf(code, NOT entered)) AS exits,
         notEmpty(enters) AND NOT hasAny(arrayMap(e -> e.2, enters), exits) AS is_reset
  FROM (
    SELECT ${TIMELINE}, toUnixTimestamp64Milli(action_time) AS at, action = 'enter' AS entered,
           toString(state_code) AS code, toString(state_name) AS name,
           min(if(entered, ${NEVER}, at)) OVER (PARTITION BY ${TIMELINE}, code ORDER BY at
             RANGE BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_or_nothing,
           if(next_or_nothing = 0, ${NEVER}, next_or_nothing) AS exited_next
    FROM (${events})
  )
  GROUP BY ${TIMELINE}, at`;

/**
 * Segments as steps: its own instants, then the reset that ends it. A step is (at, enters, exits, role), with the
 * role 1 for a reset that ends the segment before, 2 for the one that ends it, 0 for any other instant.
 */
const segments = (events: string) => `
  SELECT ${TIMELINE}, own, is_last,
         arrayConcat(
           arrayMap((i, n) -> (i.1, i.2, i.3, toUInt8(n = 1 AND NOT is_first)), own, arrayEnumerate(own)),
           if(is_last, [], [(following.1, following.2, following.3, toUInt8(2))])) AS steps
  FROM (
    SELECT ${TIMELINE}, segment, own,
           leadInFrame(own[1]) OVER (PARTITION BY ${TIMELINE} ORDER BY segment
             ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS following,
           segment = min(segment) OVER (PARTITION BY ${TIMELINE}) AS is_first,
           segment = max(segment) OVER (PARTITION BY ${TIMELINE}) AS is_last
    FROM (
      SELECT ${TIMELINE}, segment, arraySort(i -> i.1, groupArray((at, enters, exits))) AS own
      FROM (
        SELECT *, sum(is_reset) OVER (PARTITION BY ${TIMELINE} ORDER BY at ROWS UNBOUNDED PRECEDING) AS segment
        FROM (${instants(events)})
      )
      GROUP BY ${TIMELINE}, segment
    )
  )`;

const foldedSegments = (events: string) => `
  SELECT ${TIMELINE},
         arrayFold((state, step) -> ${STEP}, steps, (${NONE}, CAST([] AS ${INTERVALS}), CAST([] AS ${ANOMALIES}))) AS folded,
         arrayConcat(folded.2, if(is_last AND folded.1.2 >= 0,
           [(folded.1.2, toInt64(-1), folded.1.1, folded.1.3, 'open')], [])) AS intervals,
         folded.3 AS anomalies
  FROM (${segments(events)})`;

/** SQL's `let`: the body with a name for a value. */
const letting = (name: string, value: string, body: string) => `arrayMap(${name} -> ${body}, [${value}])[1]`;

/** The rules of pairing at one instant. The state is ((code, start, name) of what is open, intervals, anomalies). */
const STEP = letting(
  'hit',
  `state.1.2 >= 0 AND has(step.3, state.1.1)`,
  letting(
    'lost',
    `state.1.2 >= 0 AND NOT hit AND notEmpty(step.2)`,
    letting(
      'exits',
      `arrayFilter(x -> NOT (hit AND x = state.1.1), step.3)`,
      letting(
        'stays',
        `arrayFilter(e -> NOT has(exits, e.2), if(step.4 = 2, arraySlice(step.2, 1, 0), step.2))`,
        `(
          if(notEmpty(stays), (stays[1].2, step.1, stays[1].3), if(hit OR lost, ${NONE}, state.1)),
          arrayConcat(
            state.2,
            if(hit, [(state.1.2, step.1, state.1.1, state.1.3, 'exit')], []),
            if(lost, [if(step.1 - state.1.2 <= {maxAge:Int64},
              (state.1.2, step.1, state.1.1, state.1.3, 'next_enter'),
              (state.1.2, toInt64(-1), state.1.1, state.1.3, 'unknown'))], []),
            arrayMap(e -> (step.1, step.1, e.2, e.3, 'exit'), arrayFilter(e -> has(exits, e.2), step.2)),
            arrayMap(e -> (step.1, step.1, e.2, e.3, 'superseded'), arraySlice(stays, 2))),
          arrayConcat(
            state.3,
            if(lost, [(step.1, 'lost_exit', state.1.1)], []),
            if(length(stays) > 1, [(step.1, 'contradicting_enters', stays[1].2)], []),
            arrayMap(x -> (step.1, 'orphan_exit', x),
              arrayFilter(x -> step.4 != 1 AND NOT has(arrayMap(e -> e.2, step.2), x), exits)))
        )`,
      ),
    ),
  ),
);
