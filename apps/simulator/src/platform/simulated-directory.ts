import { GROUPS, groupsOfAgent } from './agent-profile.js';
import { type Directory, type DirectoryAgent, type DirectoryService, SeededRandom } from '#oracle';

/** The directories of the simulated contact centre: one that is put first, and the one that replaces it and counts. */
export interface SimulatedDirectories {
  readonly earlier: Directory;
  readonly latest: Directory;
}

/** Groups of the directory that nobody works in; the last is in no service, though an agent names it. */
const IDLE_GROUPS = ['idle', 'никто'];

/** The order of their ids is not that of their groups' ids; the group "группа" is in none of them. */
const SERVICES: readonly DirectoryService[] = [
  {
    id: 'поддержка',
    name: 'Поддержка "24/7" \\ чаты',
    status: 'ACTIVE',
    serviceGroups: [
      { id: '10', name: 'Individual Support', status: 'ACTIVE', channelType: 'CHATS' },
      { id: '1', name: 'Физические лица', status: 'ACTIVE' },
    ],
  },
  { id: '\u{1f600}', name: '\u{1f600} without groups', status: 'INACTIVE' },
  {
    id: '0 & co',
    name: "O'Hara & Co",
    status: 'INACTIVE',
    serviceGroups: [
      { id: 'vip & co', name: 'VIP', status: 'INACTIVE', channelType: 'INCOMING_CALLS' },
      { id: IDLE_GROUPS[0]!, name: 'Nobody yet', status: 'ACTIVE', channelType: 'OUTGOING_CALLS' },
    ],
  },
  {
    id: '\uff5e',
    name: 'Mail',
    status: 'ACTIVE',
    serviceGroups: [
      { id: '3', name: '3', status: 'ACTIVE', channelType: 'MAILS' },
      { id: '2', name: 'Business Support', status: 'ACTIVE' },
    ],
  },
];

/**
 * What an administrator puts. Some agents have no groups there, some are absent; one seed in four has no services, but
 * the static one.
 *
 * Pure: equal arguments give equal directories.
 *
 * @param workerIds the agents of the contact centre, each once.
 */
export function simulateDirectories(seed: string, workerIds: readonly string[]): SimulatedDirectories {
  const random = new SeededRandom(seed);
  const ofDirectory = random.fork('directory');
  const isStatic = ofDirectory.chance(0.25);
  const agents = workerIds
    .filter(() => !ofDirectory.chance(0.1))
    .map((workerId) => agentOf(workerId, groupsInDirectory(workerId, random, ofDirectory), ofDirectory));
  return {
    earlier: { agents: workerIds.map((id, n) => agentOf(id, [GROUPS[n % GROUPS.length]!], ofDirectory)) },
    latest: isStatic ? { agents } : { services: SERVICES, agents },
  };
}

/** Mostly the groups that the agent works in, some without one of them; now and then none, or one that is idle. */
function groupsInDirectory(workerId: string, random: SeededRandom, drawn: SeededRandom): string[] {
  const groups = groupsOfAgent(workerId, random);
  return drawn.pickWeighted<string[]>([
    [groups, 80],
    [groups.slice(1), 8],
    [[...groups, drawn.pick(IDLE_GROUPS)], 6],
    [[], 6],
  ]);
}

function agentOf(id: string, groups: readonly string[], random: SeededRandom): DirectoryAgent {
  const isNamedInOneField = random.chance(0.2);
  const login = random.pickWeighted<string | string[] | undefined>([
    [`sso-${id}`, 50],
    [[`sso-${id}`, `второй\\"${id}"`], 25],
    [undefined, 25],
  ]);
  const groupsAreLeftOut = groups.length === 0 && random.chance(0.5);
  return {
    id,
    name: isNamedInOneField ? `Agent ${id}` : random.pick(['John', 'Алёна', 'Zoë', '\u{1f600}']),
    ...(isNamedInOneField ? {} : { surname: random.pick(['Smith', "O'Neil", 'Щукина', ' ']) }),
    ...(random.chance(0.5) ? { secondName: random.pick(['William', 'Игоревна', ' ']) } : {}),
    ...(random.chance(0.5) ? { agentNumber: String(random.integer(0, 999_999)).padStart(6, '0') } : {}),
    ...(login === undefined ? {} : { loginSSO: login }),
    ...(groupsAreLeftOut ? {} : { agentGroups: groups.map((groupId) => ({ groupId })) }),
  };
}
