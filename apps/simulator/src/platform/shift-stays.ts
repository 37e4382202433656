import { AFTER_CALL, LUNCH, PAUSES, READY, WORK } from './agent-states.js';
import type { AgentState } from './agent-states.js';
import type { SeededRandom } from '#oracle';

/** One true stay of an agent in a state; the end is `Infinity` where the platform never reports one. */
export interface Stay {
  readonly state: AgentState;
  readonly start: number;
  readonly end: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const MEAN_IDLE_MS = 5 * MINUTE;
const MEAN_CHAT_MS = 9 * MINUTE;
const MEAN_WRAP_UP_MS = MINUTE;
const BETWEEN_PAUSES_MS = 110 * MINUTE;

/** Lengths of a lost connection: some just within the gap that a login session survives, some just beyond it. */
const DISCONNECTIONS_MS = [5_000, 59_000, 59_999, 60_000, 60_001, 61_000, 5 * MINUTE];

/** An agent's true stays during one shift: chats, with pauses and an occasional lost connection in between. */
export function shiftStays(start: number, end: number, random: SeededRandom): Stay[] {
  const stays: Stay[] = [];
  let now = start;
  let nextPause = start + BETWEEN_PAUSES_MS;
  const stay = (state: AgentState, durationMs: number): void => {
    if (now >= end) return;
    const until = Math.min(end, now + durationMs);
    stays.push({ state, start: now, end: until });
    now = until;
  };

  while (now < end) {
    stay(READY, random.exponential(MEAN_IDLE_MS));
    stay(WORK, random.exponential(MEAN_CHAT_MS));
    stay(AFTER_CALL, random.chance(0.1) ? 0 : random.exponential(MEAN_WRAP_UP_MS));
    if (now >= nextPause) {
      const lunchTime = now - start > 3.5 * 60 * MINUTE && !stays.some(({ state }) => state === LUNCH);
      if (lunchTime) stay(LUNCH, random.integer(30, 60) * MINUTE);
      else stay(random.pick(PAUSES), random.integer(5, 15) * MINUTE);
      nextPause = now + BETWEEN_PAUSES_MS;
    }
    if (random.chance(0.04)) now += random.pick(DISCONNECTIONS_MS);
  }
  return stays;
}
