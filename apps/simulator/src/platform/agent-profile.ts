import type { SeededRandom } from '#oracle';

/** When the agent's platform says that they left: by which state, by none, or not at all (the exit is missing). */
export type Leaving = 'offline' | 'logout' | 'silent' | 'vanishing';

/** What does not change about an agent from day to day. */
export interface AgentProfile {
  readonly workerId: string;
  /** One timeline each: groups, or `null` for statuses without a group. */
  readonly scopes: readonly (string | null)[];
  /** The resolution of their platform's clock, in milliseconds. */
  readonly tickMs: 1 | 1000;
  readonly leaving: Leaving;
  /** Working hours, in milliseconds from the start of a simulated day; the last may end after the day does. */
  readonly shifts: readonly Shift[];
}

export interface Shift {
  readonly start: number;
  readonly end: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The groups that somebody works in. */
export const GROUPS: readonly string[] = ['1', '2', '3', '10', 'vip & co', 'группа'];

/** Ways to write the id of the n-th agent: plain ones, and ones that careless quoting or sorting would get wrong. */
const NAMINGS: readonly (readonly [(n: number) => string, number])[] = [
  [(n) => `${n}`, 80],
  [(n) => `agent-${n}`, 8],
  [(n) => `агент ${n}`, 4],
  [(n) => `o'neil+${n}%`, 4],
  [(n) => `\uff5e${n}`, 2],
  [(n) => `\u{1f600}${n}`, 2],
];

/** The n-th agent of the contact centre. */
export function agentProfile(n: number, random: SeededRandom): AgentProfile {
  return {
    workerId: random.pickWeighted(NAMINGS)(n),
    scopes: scopes(random),
    tickMs: random.chance(0.15) ? 1 : 1000,
    leaving: random.pickWeighted<Leaving>([
      ['offline', 60],
      ['logout', 15],
      ['silent', 15],
      ['vanishing', 10],
    ]),
    shifts: shifts(random),
  };
}

function scopes(random: SeededRandom): (string | null)[] {
  const perGroup = random.chance(0.25);
  if (!perGroup) return [null];
  const first = random.integer(0, GROUPS.length - 1);
  const groups = [GROUPS[first]!, GROUPS[(first + random.integer(1, 3)) % GROUPS.length]!];
  return random.chance(0.3) ? [null, ...groups] : groups;
}

/**
 * The groups whose contacts an agent processes.
 *
 * @param random forked by the agent, so that it is the same for all callers.
 */
export function groupsOfAgent(workerId: string, random: SeededRandom): string[] {
  const ofAgent = random.fork(`groups of ${workerId}`);
  const first = ofAgent.integer(0, GROUPS.length - 1);
  return Array.from({ length: ofAgent.integer(1, 3) }, (_, n) => GROUPS[(first + n) % GROUPS.length]!);
}

/** One long shift, or two short ones so far apart that a state left open in between becomes too old. */
function shifts(random: SeededRandom): Shift[] {
  const start = random.integer(0, DAY / MINUTE) * MINUTE;
  if (random.chance(0.8)) return [{ start, end: start + random.integer(7, 10) * HOUR }];
  const early = random.integer(0, 4 * 60) * MINUTE;
  return [
    { start: early, end: early + 3 * HOUR },
    { start: early + 17 * HOUR, end: early + 19 * HOUR },
  ];
}
