import { assignmentsOf, groupIdsOf, servicesOf, expectedPersonnel } from '#oracle';
import { simulateDirectories } from './simulated-directory.js';

const WORKERS = Array.from({ length: 300 }, (_, n) => `агент ${n}`);
const seeds = Array.from({ length: 40 }, (_, n) => `${n}`);
const withServices = seeds.find((seed) => simulateDirectories(seed, WORKERS).latest.services !== undefined)!;
const { earlier, latest } = simulateDirectories(withServices, WORKERS);
const agents = latest.agents!;

describe('the simulated directory', () => {
  it('is decided by its seed, and is another one than the earlier', () => {
    expect(simulateDirectories('7', WORKERS)).toEqual(simulateDirectories('7', WORKERS));
    expect(simulateDirectories('8', WORKERS)).not.toEqual(simulateDirectories('7', WORKERS));
    const before = assignmentsOf(earlier, 's').groupsOfAgent;
    const after = assignmentsOf(latest, 's').groupsOfAgent;
    const same = WORKERS.filter((id) => String(before.get(id)) === String(after.get(id)));
    expect(same.length).toBeLessThan(WORKERS.length / 4);
  });

  it('has agents without groups, and lacks some', () => {
    expect(agents.some(({ agentGroups }) => agentGroups?.length === 0)).toBe(true);
    expect(agents.some(({ agentGroups }) => agentGroups === undefined)).toBe(true);
    expect(agents.some((agent) => groupIdsOf(agent).length > 1)).toBe(true);
    expect(agents.length).toBeLessThan(WORKERS.length);
  });

  it('has groups in no service, and groups that no agent is in', () => {
    const inServices = new Set(assignmentsOf(latest, 's').serviceOfGroup.keys());
    const ofAgents = new Set(agents.flatMap(groupIdsOf));
    expect([...ofAgents].some((groupId) => !inServices.has(groupId))).toBe(true);
    expect(latest.services!.some(({ serviceGroups }) => serviceGroups === undefined)).toBe(true);
  });

  it('has logins of every kind', () => {
    const kinds = agents.map(({ loginSSO }) => (Array.isArray(loginSSO) ? 'array' : typeof loginSSO));
    expect(new Set(kinds)).toEqual(new Set(['string', 'array', 'undefined']));
  });

  it('states no services for some seeds', () => {
    const isStatic = seeds.map((seed) => simulateDirectories(seed, WORKERS).latest.services === undefined);
    expect(new Set(isStatic)).toEqual(new Set([true, false]));
  });
});

const agent = (id: string, ...groups: string[]) => ({
  id,
  name: id,
  agentGroups: groups.map((groupId) => ({ groupId })),
});

describe('a directory without services', () => {
  it('has one that is named like the system, with every group that an agent names, as UTF-8 bytes', () => {
    const directory = { agents: [agent('b', '\u{1f600}', '2'), agent('a', '\uff5e', '10', '2')] };
    expect(servicesOf(directory, 'Acme')).toEqual([
      {
        id: 'Acme',
        name: 'Acme',
        status: 'ACTIVE',
        serviceGroups: ['10', '2', '\uff5e', '\u{1f600}'].map((id) => ({ id, name: id, status: 'ACTIVE' })),
      },
    ]);
    expect(assignmentsOf(directory, 'Acme').serviceOfGroup.get('10')).toBe('Acme');
  });
});

describe('the expected answer to personnel', () => {
  it('is the directory in its order, without agents that have no groups', () => {
    const services = [{ id: 's', name: 'S', status: 'INACTIVE' as const }];
    const groupless = { id: 'c', name: 'c' };
    const directory = { services, agents: [agent('b', '1'), agent('a'), groupless, agent('0', '2')] };
    expect(expectedPersonnel(directory, 'Acme')).toEqual({
      services,
      agents: [agent('b', '1'), agent('0', '2')],
    });
    expect(expectedPersonnel({ services }, 'Acme')).toEqual({ services });
  });
});
