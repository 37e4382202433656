import { SYSTEM } from '../load/event-stream.js';
import { DATABASE, makeStore, type MadeStore } from './made-store.js';
import type { Owned } from '../owned.js';
import type { Statement } from '../processes/store-only.js';
import { progress } from '../progress.js';

const HOUR_SECONDS = 3_600;
/** The service's defaults. */
const STATE_MAX_AGE_SECONDS = 12 * HOUR_SECONDS;
const OFFLINE_STATE_CODES = ['Offline', 'Logout'];

/** Creates a store in which `agents` agents are present. */
export async function makePresenceStore(owned: Owned, agents: number): Promise<MadeStore> {
  progress(`making ${agents} active agents`);
  return makeStore(owned, 'timelines', [insertTimelines(agents)]);
}

/**
 * A statement that generates the timelines of agents who have all been in a state for a few hours at most. One in ten
 * has a second timeline, in a group. Another tenth, in addition, is in no state.
 */
export function insertTimelines(agents: number): Statement {
  return {
    query: `INSERT INTO ${DATABASE}.timelines
         (system_id, worker_id, group_id, open_code, open_name, open_since, version)
       WITH number >= {agents:UInt64} AND number < {agents:UInt64} + {tenth:UInt64} AS is_second,
            number >= {agents:UInt64} + {tenth:UInt64} AS is_away,
            if(is_second, (number - {agents:UInt64}) * 10, if(is_away, number - {tenth:UInt64}, number)) AS agent
       SELECT {system:String}, concat('A', leftPad(toString(agent), 6, '0')), if(is_second, 'G000001', ''),
              if(is_away, '', concat('S', toString(number % 8))),
              if(is_away, '', concat('State number ', toString(number % 8))),
              if(is_away, NULL, now64(3) - toIntervalSecond(60 + cityHash64(number) % {seconds:UInt64})), 0
       FROM numbers({agents:UInt64} + 2 * {tenth:UInt64})`,
    values: { system: SYSTEM, agents, tenth: Math.floor(agents / 10), seconds: 6 * HOUR_SECONDS },
  };
}

/** Selects the answer of `agentStatus` by the rules of `docs/semantics.md` 3. */
export function selectOfPresent(): Statement {
  return {
    query: `SELECT worker_id AS agentId, state.1 AS stateCode, state.2 AS stateName, state.3 AS startDate
       FROM (
         SELECT worker_id, argMin((open_code, open_name, assumeNotNull(open_since)), (-toUnixTimestamp64Milli(assumeNotNull(open_since)), group_id)) AS state
         FROM ${DATABASE}.timelines FINAL WHERE system_id = {system:String} AND open_since IS NOT NULL
         GROUP BY worker_id
       )
       WHERE startDate >= now64(3) - toIntervalSecond({maxAge:UInt32}) AND NOT has({offline:Array(String)}, stateCode)
       ORDER BY agentId`,
    values: { system: SYSTEM, maxAge: STATE_MAX_AGE_SECONDS, offline: OFFLINE_STATE_CODES },
  };
}

export function agentStatusUrl(serviceUrl: string): string {
  return `${serviceUrl}/systems/${SYSTEM}/online/agentStatus`;
}
