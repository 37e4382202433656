import {
  expectedAgentLoginData,
  expectedAgentStatus,
  expectedAgentStatusData,
  isoDate,
  pairTimelines,
} from './expected-answers.js';
import { DEFAULT_RULES, type Period } from './service-rules.js';
import type { SimulatedEvent } from './simulated-event.js';

const NAMES: Record<string, string> = { Work: 'Contact processing', Break: 'Technical break' };
const at = (time: string): number => Date.parse(time.includes('T') ? time : `2020-01-01T${time}Z`);
const period = (start: string, end: string): Period => ({ start: at(start), end: at(end) });
const NEW_YEARS_DAY = period('2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z');

interface Where {
  agent?: string;
  group?: string;
}

function event(action: 'enter' | 'exit', code: string, time: string, where: Where): SimulatedEvent {
  return {
    workerId: where.agent ?? '1',
    groupId: where.group ?? null,
    stateCode: code,
    stateName: NAMES[code] ?? code,
    actionTime: at(time),
    action,
  };
}
const enter = (code: string, time: string, where: Where = {}) => event('enter', code, time, where);
const stay = (code: string, start: string, end: string, where: Where = {}) => [
  enter(code, start, where),
  event('exit', code, end, where),
];

const statusData = (events: SimulatedEvent[], within = NEW_YEARS_DAY) =>
  expectedAgentStatusData(pairTimelines(events, DEFAULT_RULES), within, DEFAULT_RULES);
const loginData = (events: SimulatedEvent[], within = NEW_YEARS_DAY) =>
  expectedAgentLoginData(pairTimelines(events, DEFAULT_RULES), within, DEFAULT_RULES);
const status = (events: SimulatedEvent[], now: string) =>
  expectedAgentStatus(pairTimelines(events, DEFAULT_RULES), at(now), DEFAULT_RULES);

describe('dates', () => {
  it('have milliseconds only if they are not zero', () => {
    expect(isoDate(at('10:15:36.000'))).toBe('2020-01-01T10:15:36Z');
    expect(isoDate(at('10:15:36.050'))).toBe('2020-01-01T10:15:36.050Z');
  });
});

describe('the expected answer to agentStatusData', () => {
  it("is the spec's example for the example's events", () => {
    const events = [
      ...stay('Work', '10:18:36', '10:25:36', { group: '2' }),
      ...stay('Break', '10:15:36', '10:18:36', { group: '1' }),
      ...stay('Work', '10:10:36', '10:15:36', { group: '1' }),
    ];
    expect(JSON.stringify(statusData(events), null, 2)).toBe(SPEC_AGENT_STATUS_DATA);
  });

  it('is ordered by agent and by group as UTF-8 bytes, first those without a group, which lack its fields', () => {
    const somewhen = ['10:00:00', '10:01:00'] as const;
    const answer = statusData([
      ...stay('Work', ...somewhen, { agent: '\u{1f600}' }),
      ...stay('Work', ...somewhen, { agent: '\uff5e' }),
      ...stay('Work', ...somewhen, { agent: '2', group: '2' }),
      ...stay('Work', ...somewhen, { agent: '2', group: '10' }),
      ...stay('Work', ...somewhen, { agent: '2' }),
      ...stay('Work', ...somewhen, { agent: '10' }),
    ]);
    expect(answer.map(({ agentId, groupId }) => [agentId, groupId])).toEqual([
      ['10', undefined],
      ['2', undefined],
      ['2', '10'],
      ['2', '2'],
      ['\uff5e', undefined],
      ['\u{1f600}', undefined],
    ]);
    expect(Object.keys(answer[0]!)).toEqual(['agentId', 'states']);
  });

  it.each([
    ['begins at the start of the period', '10:00:00', '12:00:00', true],
    ['begins at its end', '11:00:00', '12:00:00', false],
    ['ends at its start', '09:00:00', '10:00:00', false],
    ['ends at its end', '09:00:00', '11:00:00', true],
    ['lies within', '10:10:00', '10:20:00', true],
    ['covers it and more', '09:00:00', '12:00:00', false],
    ['has no length, at the start', '10:00:00', '10:00:00', true],
    ['has no length, at the end', '11:00:00', '11:00:00', true],
  ])('has the right intervals for one that %s', (_, start, end, served) => {
    const answer = statusData(stay('Work', start, end), period('10:00:00', '11:00:00'));
    expect(answer).toHaveLength(served ? 1 : 0);
  });

  it('contains neither open nor unterminated intervals', () => {
    const events = [enter('Work', '01:00:00'), enter('Break', '14:00:00')];
    expect(statusData(events)).toEqual([]);
  });
});

describe('the expected answer to agentStatusData of agents in a directory', () => {
  const answer = (events: SimulatedEvent[], groups: string[]) => {
    const assignments = {
      groupsOfAgent: new Map([['1', groups]]),
      serviceOfGroup: new Map([['2', 'mail']]),
    };
    const timelines = pairTimelines(events, DEFAULT_RULES);
    return expectedAgentStatusData(timelines, NEW_YEARS_DAY, DEFAULT_RULES, assignments).map(
      ({ agentId, serviceId, groupId, states }) => [
        agentId,
        serviceId,
        groupId,
        states.map(({ startDate, stateCode }) => `${startDate.slice(11, 16)} ${stateCode}`).join(', '),
      ],
    );
  };

  it('lists a status without a group once for each of their groups, in order, with the service of each', () => {
    expect(answer(stay('Work', '10:00:00', '10:01:00'), ['2', '10'])).toEqual([
      ['1', '1', '10', '10:00 Work'],
      ['1', 'mail', '2', '10:00 Work'],
    ]);
  });

  it('merges it with the statuses of the group, and does not change groups that are not theirs', () => {
    const events = [
      ...stay('Break', '10:00:00', '10:01:00', { group: '2' }),
      ...stay('Work', '09:00:00', '10:00:00'),
      ...stay('Lunch', '11:00:00', '12:00:00'),
      ...stay('Work', '10:00:00', '10:01:00', { group: '3' }),
    ];
    expect(answer(events, ['2'])).toEqual([
      ['1', 'mail', '2', '09:00 Work, 10:00 Break, 11:00 Lunch'],
      ['1', '1', '3', '10:00 Work'],
    ]);
  });

  it('lists it once without a group for agents who have no group there, or are missing', () => {
    const elsewhere = stay('Work', '10:00:00', '10:01:00', { agent: '2' });
    expect(answer([...stay('Work', '10:00:00', '10:01:00'), ...elsewhere], [])).toEqual([
      ['1', undefined, undefined, '10:00 Work'],
      ['2', undefined, undefined, '10:00 Work'],
    ]);
  });
});

describe('the expected answer to agentLoginData', () => {
  it("is the spec's example for the example's events", () => {
    const events = [
      ...stay('Work', '10:03:15', '12:30:05'),
      ...stay('Offline', '12:30:05', '18:15:05'),
      ...stay('Work', '18:15:05', '19:00:00'),
      ...stay('Break', '19:00:00', '21:32:55'),
      ...stay('Work', '23:53:15', '2020-01-02T02:30:05Z', { agent: '2' }),
    ];
    expect(JSON.stringify(loginData(events), null, 2)).toBe(SPEC_AGENT_LOGIN_DATA);
  });

  it('joins stays across gaps of up to a minute', () => {
    const joined = [...stay('Work', '10:00:00', '10:10:00'), ...stay('Work', '10:11:00', '10:20:00')];
    const apart = [...stay('Work', '10:00:00', '10:10:00'), ...stay('Work', '10:11:00.001', '10:20:00')];
    expect(loginData(joined)[0]!.logins).toHaveLength(1);
    expect(loginData(apart)[0]!.logins).toHaveLength(2);
  });

  it('joins stays of all groups, even those that end before an earlier one does', () => {
    const [agent] = loginData([
      ...stay('Work', '10:00:00', '11:00:00', { group: '1' }),
      ...stay('Work', '10:10:00', '10:20:00', { group: '2' }),
      ...stay('Break', '11:00:30', '11:30:00'),
    ]);
    expect(agent!.logins).toEqual([
      { loginDate: '2020-01-01T10:00:00Z', logoutDate: '2020-01-01T11:30:00Z', duration: 5_400_000 },
    ]);
  });

  it('counts an unterminated stay as its start only', () => {
    const events = [enter('Work', '01:00:00'), ...stay('Offline', '14:00:00', '15:00:00')];
    expect(loginData(events)[0]!.logins).toEqual([
      { loginDate: '2020-01-01T01:00:00Z', logoutDate: '2020-01-01T01:00:00Z', duration: 0 },
    ]);
  });

  it('leaves out a session that is still running', () => {
    const events = [
      ...stay('Work', '08:00:00', '09:00:00'),
      ...stay('Work', '10:00:00', '10:10:00'),
      enter('Break', '10:10:30'),
      ...stay('Work', '12:00:00', '12:30:00', { group: '1' }),
    ];
    expect(loginData(events)[0]!.logins.map(({ loginDate }) => loginDate)).toEqual(['2020-01-01T08:00:00Z']);
  });
});

describe('the expected answer to agentStatus', () => {
  it("is the spec's example for the example's events", () => {
    const events = [
      enter('Work', '15:20:13', { agent: '2' }),
      ...stay('Work', '15:00:00', '15:25:13'),
      enter('Break', '15:25:13'),
    ];
    expect(JSON.stringify(status(events, '15:30:00'), null, 2)).toBe(SPEC_AGENT_STATUS);
  });

  it('leaves out agents whose latest open state is offline', () => {
    const events = [enter('Work', '10:00:00', { group: '1' }), enter('Offline', '10:01:00')];
    expect(status(events, '10:02:00')).toEqual([]);
  });

  it('lists an open state until it is older than half a day', () => {
    const events = [enter('Work', '01:00:00')];
    expect(status(events, '13:00:00')).toHaveLength(1);
    expect(status(events, '13:00:00.001')).toHaveLength(0);
  });

  it('prefers, among states with the same start, the one without a group, then the one of the smallest group', () => {
    const inGroups = [enter('Work', '10:00:00', { group: '2' }), enter('Break', '10:00:00', { group: '10' })];
    expect(status(inGroups, '10:02:00')[0]!.stateCode).toBe('Break');
    expect(status([...inGroups, enter('Lunch', '10:00:00')], '10:02:00')[0]!.stateCode).toBe('Lunch');
  });
});

const SPEC_AGENT_STATUS_DATA = `[
  {
    "serviceId": "1",
    "groupId": "1",
    "agentId": "1",
    "states": [
      {
        "startDate": "2020-01-01T10:10:36Z",
        "endDate": "2020-01-01T10:15:36Z",
        "stateCode": "Work",
        "stateName": "Contact processing"
      },
      {
        "startDate": "2020-01-01T10:15:36Z",
        "endDate": "2020-01-01T10:18:36Z",
        "stateCode": "Break",
        "stateName": "Technical break"
      }
    ]
  },
  {
    "serviceId": "1",
    "groupId": "2",
    "agentId": "1",
    "states": [
      {
        "startDate": "2020-01-01T10:18:36Z",
        "endDate": "2020-01-01T10:25:36Z",
        "stateCode": "Work",
        "stateName": "Contact processing"
      }
    ]
  }
]`;

const SPEC_AGENT_LOGIN_DATA = `[
  {
    "agentId": "1",
    "logins": [
      {
        "loginDate": "2020-01-01T10:03:15Z",
        "logoutDate": "2020-01-01T12:30:05Z",
        "duration": 8810000
      },
      {
        "loginDate": "2020-01-01T18:15:05Z",
        "logoutDate": "2020-01-01T21:32:55Z",
        "duration": 11870000
      }
    ]
  },
  {
    "agentId": "2",
    "logins": [
      {
        "loginDate": "2020-01-01T23:53:15Z",
        "logoutDate": "2020-01-02T02:30:05Z",
        "duration": 9410000
      }
    ]
  }
]`;

const SPEC_AGENT_STATUS = `[
  {
    "agentId": "1",
    "stateCode": "Break",
    "stateName": "Technical break",
    "startDate": "2020-01-01T15:25:13Z"
  },
  {
    "agentId": "2",
    "stateCode": "Work",
    "stateName": "Contact processing",
    "startDate": "2020-01-01T15:20:13Z"
  }
]`;
