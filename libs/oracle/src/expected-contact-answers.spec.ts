import { at, contact } from './contact-steps.fixture.js';
import type { ContactStep } from './contact-step.js';
import { NO_ASSIGNMENTS } from './directory.js';
import { DEFAULT_RULES, type Period } from './service-rules.js';
import {
  average,
  expectedAgentCallsData,
  expectedAgentChatsWorkTime,
  expectedServiceGroupData,
  foldContacts,
} from './expected-contact-answers.js';

const period = (start: string, end: string): Period => ({ start: at(start), end: at(end) });
const NEW_YEARS_DAY = period('2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z');
const HOUR = 3_600_000;

interface Asked {
  within?: Period;
  stepMs?: number;
  timeZone?: string;
  services?: Record<string, string>;
}

const assignments = (services: Record<string, string> = {}) => ({
  ...NO_ASSIGNMENTS,
  serviceOfGroup: new Map(Object.entries(services)),
});
const groupData = (steps: readonly ContactStep[], asked: Asked = {}) => {
  const { within = NEW_YEARS_DAY, stepMs = HOUR, timeZone = 'UTC', services } = asked;
  const rules = { ...DEFAULT_RULES, timeZone };
  return expectedServiceGroupData(foldContacts(steps), within, stepMs, rules, assignments(services));
};
const calls = (steps: readonly ContactStep[], { within = NEW_YEARS_DAY, services }: Asked = {}) =>
  expectedAgentCallsData(foldContacts(steps), within, DEFAULT_RULES, assignments(services));
const chats = (steps: readonly ContactStep[], now: string, asked: Asked = {}) => {
  const { within = NEW_YEARS_DAY, timeZone = 'UTC' } = asked;
  return expectedAgentChatsWorkTime(foldContacts(steps), within, at(now), { ...DEFAULT_RULES, timeZone });
};
const buckets = (steps: readonly ContactStep[], asked: Asked = {}) =>
  groupData(steps, asked).flatMap(({ historicData }) => historicData);
const countsOf = (steps: readonly ContactStep[], asked: Asked = {}) =>
  groupData(steps, asked).map(({ groupId, historicData }) => [
    groupId,
    ...historicData.map((bucket) => [
      [bucket.notUniqueReceived, bucket.notUniqueTreated, bucket.notUniqueMissed],
      [bucket.receivedCalls, bucket.treatedCalls, bucket.missCalls],
    ]),
  ]);

const queued = (time: string, shared: Parameters<typeof contact>[0] = {}) =>
  contact(shared, ['queued', time]);

describe('the average', () => {
  it.each([
    [[], 0],
    [[1, 2], 2],
    [[1, 1, 2], 1],
    [[0, 0, 1, 1], 1],
    [[9_007_199_254_740_990, 1], 4_503_599_627_370_496],
  ])('of %j is %i, rounded half up', (values, result) => expect(average(values)).toBe(result));
});

describe('the expected answer to serviceGroupData', () => {
  it('has buckets of the day, with handling from the ring to the end of the talk, and post-processing', () => {
    const served = contact(
      { customer: 'Smith' },
      ['queued', '10:04:00'],
      ['offered', '10:04:10'],
      ['answered', '10:04:15'],
      ['held', '10:05:00'],
      ['resumed', '10:05:30'],
      ['finished', '10:06:10'],
      ['wrapped', '10:06:40'],
      ['rested', '10:07:10'],
    );
    const missed = contact({ contact: 'd' }, ['queued', '10:59:59'], ['abandoned', '11:20:00']);
    expect(groupData([...served, ...missed])).toEqual([
      {
        serviceId: '1',
        groupId: '1',
        historicData: [
          {
            startInterval: '2020-01-01T10:00:00Z',
            endInterval: '2020-01-01T11:00:00Z',
            notUniqueReceived: 2,
            notUniqueTreated: 1,
            notUniqueMissed: 1,
            receivedCalls: 2,
            treatedCalls: 1,
            missCalls: 1,
            aht: 120_000,
            postProcessing: 60_000,
          },
        ],
      },
    ]);
  });

  it('counts a transfer as processed, and as another contact in the target group', () => {
    const transferred = [
      ...contact({ customer: 'Smith' }, ['queued', '10:00:00'], ['answered', '10:00:10']),
      ...contact({ customer: 'Smith' }, ['transferred', '10:01:00']),
      ...contact({ customer: 'Smith', group: '2' }, ['queued', '10:01:00'], ['abandoned', '10:02:00']),
    ];
    expect(countsOf(transferred)).toEqual([
      [
        '1',
        [
          [1, 1, 0],
          [1, 1, 0],
        ],
      ],
      [
        '2',
        [
          [1, 0, 1],
          [1, 0, 1],
        ],
      ],
    ]);
  });

  it('counts a customer as unique once per group and day, and contacts without a customer each time', () => {
    const steps = [
      ...contact({ contact: 'a', customer: 'Smith' }, ['queued', '23:00:00'], ['abandoned', '23:00:01']),
      ...contact({ contact: 'b', customer: 'Smith' }, ['queued', '23:10:00'], ['abandoned', '23:10:01']),
      ...queued('23:20:00', { contact: 'c', customer: 'Smith', group: '2' }),
      ...queued('23:30:00', { contact: 'd' }),
      ...queued('23:30:00', { contact: 'e' }),
      ...queued('2020-01-02T00:00:00Z', { contact: 'f', customer: 'Smith' }),
    ];
    expect(countsOf(steps, { within: period('2020-01-01T00:00:00Z', '2020-01-03T00:00:00Z') })).toEqual([
      [
        '1',
        [
          [4, 0, 2],
          [3, 0, 1],
        ],
        [
          [1, 0, 0],
          [1, 0, 0],
        ],
      ],
      [
        '2',
        [
          [1, 0, 0],
          [1, 0, 0],
        ],
      ],
    ]);
  });

  it('counts as unique, of two legs of one contact and instant, the one that the fold begins first', () => {
    const instant = '10:00:00';
    const steps = contact(
      { contact: 'k', customer: 'Smith' },
      ...(['queued', 'answered', 'finished', 'abandoned'] as const).map(
        (action) => [action, instant] as const,
      ),
    );
    const counts = [
      [2, 1, 1],
      [1, 1, 0],
    ];
    expect(countsOf(steps)).toEqual([['1', counts]]);
  });

  it('determines unique customers from the whole day, even if the period begins later', () => {
    const steps = [
      ...queued('10:00:00', { contact: 'a', customer: 'Smith' }),
      ...queued('11:00:00', { contact: 'b', customer: 'Smith' }),
    ];
    const within = period('10:00:00.001', '11:00:00.001');
    expect(countsOf(steps, { within })).toEqual([
      [
        '1',
        [
          [1, 0, 0],
          [0, 0, 0],
        ],
      ],
    ]);
    expect(countsOf(steps, { within: period('10:00:00', '11:00:00') })).toEqual([
      [
        '1',
        [
          [1, 0, 0],
          [1, 0, 0],
        ],
      ],
    ]);
  });

  it('counts contacts that are running or whose end was lost as received only, and those closed by a bot not at all', () => {
    const steps = [
      ...contact({ contact: 'running' }, ['queued', '10:00:00'], ['answered', '10:00:10']),
      ...contact({ contact: 'lost end' }, ['answered', '10:00:10']),
      ...queued('10:20:00', { contact: 'lost end', group: '2' }),
      ...contact({ contact: 'bot' }, ['queued', '10:00:00'], ['bot_closed', '10:01:00']),
      ...contact({ contact: 'agent, then bot' }, ['answered', '10:00:00'], ['bot_closed', '10:01:00']),
    ];
    expect(countsOf(steps)).toEqual([
      [
        '1',
        [
          [3, 1, 0],
          [3, 1, 0],
        ],
      ],
      [
        '2',
        [
          [1, 0, 0],
          [1, 0, 0],
        ],
      ],
    ]);
  });

  it('is empty without contacts', () => expect(groupData([])).toEqual([]));

  it('rounds averages half up', () => {
    const ofLength = (id: string, seconds: string) =>
      contact({ contact: id }, ['answered', '10:00:00'], ['finished', `10:00:0${seconds}`]);
    expect(buckets([...ofLength('a', '1.001'), ...ofLength('b', '1.002')])).toMatchObject([{ aht: 1002 }]);
    const three = [...ofLength('a', '1.001'), ...ofLength('b', '1.001'), ...ofLength('c', '1.002')];
    expect(buckets(three)).toMatchObject([{ aht: 1001, postProcessing: 0 }]);
  });

  it('orders by service, then by group, as UTF-8 bytes', () => {
    const steps = ['2', '10', '\u{1f600}', '\uff5e'].flatMap((group) =>
      queued('10:00:00', { contact: group, group }),
    );
    const services = { '10': 'z', '\uff5e': 'z' };
    expect(groupData(steps, { services }).map(({ serviceId, groupId }) => [serviceId, groupId])).toEqual([
      ['1', '2'],
      ['1', '\u{1f600}'],
      ['z', '10'],
      ['z', '\uff5e'],
    ]);
  });

  const intervalsOf = (steps: readonly ContactStep[], asked: Asked) =>
    buckets(steps, asked).map(({ startInterval, endInterval }) => [startInterval, endInterval]);

  it('ends the last bucket of a day with the day', () => {
    const steps = [
      ...queued('23:59:59.999', { contact: 'a' }),
      ...queued('2020-01-02T00:00:00Z', { contact: 'b' }),
    ];
    const within = period('2020-01-01T00:00:00Z', '2020-01-03T00:00:00Z');
    expect(intervalsOf(steps, { within, stepMs: 5 * HOUR })).toEqual([
      ['2020-01-01T20:00:00Z', '2020-01-02T00:00:00Z'],
      ['2020-01-02T00:00:00Z', '2020-01-02T05:00:00Z'],
    ]);
  });

  it.each([
    [24, '2020-03-28T23:00:00Z', '2020-03-29T22:00:00Z', [['2020-03-28T23:00:00Z', '2020-03-29T22:00:00Z']]],
    [
      ...([5, '2020-03-28T23:00:00Z', '2020-03-29T22:00:00Z'] as const),
      [
        ['2020-03-28T23:00:00Z', '2020-03-29T04:00:00Z'],
        ['2020-03-29T19:00:00Z', '2020-03-29T22:00:00Z'],
      ],
    ],
    [
      ...([24, '2020-10-24T22:00:00Z', '2020-10-25T23:00:00Z'] as const),
      [
        ['2020-10-24T22:00:00Z', '2020-10-25T22:00:00Z'],
        ['2020-10-25T22:00:00Z', '2020-10-25T23:00:00Z'],
      ],
    ],
  ] as const)('counts steps of %i hours from the start of a day in which clocks change', (...row) => {
    const [hours, start, end, intervals] = row;
    const steps = [
      ...queued(start, { contact: 'first' }),
      ...queued(new Date(at(end) - 1).toISOString(), { contact: 'last' }),
    ];
    const asked = { timeZone: 'Europe/Berlin', within: period(start, end), stepMs: hours * HOUR };
    expect(intervalsOf(steps, asked)).toEqual(intervals);
  });

  it('counts a customer as unique again when a day of the zone begins', () => {
    const steps = [
      ...queued('18:14:59', { contact: 'a', customer: 'Smith' }),
      ...queued('18:15:00', { contact: 'b', customer: 'Smith' }),
      ...queued('23:59:59', { contact: 'c', customer: 'Smith' }),
    ];
    const asked = { timeZone: 'Asia/Kathmandu', stepMs: 24 * HOUR };
    expect(countsOf(steps, asked)).toEqual([
      [
        '1',
        [
          [1, 0, 0],
          [1, 0, 0],
        ],
        [
          [2, 0, 0],
          [1, 0, 0],
        ],
      ],
    ]);
  });
});

describe('the expected answer to agentCallsData', () => {
  const call = (id: string, start: string, end: string, shared: Parameters<typeof contact>[0] = {}) =>
    contact({ contact: id, ...shared }, ['answered', start], ['finished', end]);

  it('lists the ended calls that an agent answered within the period, by group', () => {
    const steps = [
      ...call('b', '10:00:00', '10:08:00'),
      ...call('a', '10:00:00', '10:05:00'),
      ...call('c', '09:59:59', '10:00:00'),
      ...call('d', '11:00:00', '11:00:00.500'),
      ...call('e', '10:59:59.999', '12:00:00', { group: '2' }),
      ...contact({ contact: 'running' }, ['answered', '10:30:00']),
      ...contact({ contact: 'missed' }, ['answered', '10:30:00'], ['abandoned', '10:31:00']),
    ];
    const answer = calls(steps, { within: period('10:00:00', '11:00:00'), services: { '2': 'mail' } });
    expect(answer).toEqual([
      {
        agentId: '1',
        serviceId: '1',
        groupId: '1',
        agentCalls: [
          { startCall: '2020-01-01T10:00:00Z', endCall: '2020-01-01T10:05:00Z', duration: 300_000 },
          { startCall: '2020-01-01T10:00:00Z', endCall: '2020-01-01T10:08:00Z', duration: 480_000 },
        ],
      },
      {
        agentId: '1',
        serviceId: 'mail',
        groupId: '2',
        agentCalls: [
          { startCall: '2020-01-01T10:59:59.999Z', endCall: '2020-01-01T12:00:00Z', duration: 3_600_001 },
        ],
      },
    ]);
  });

  it('assigns a call to the agent who answered, not to the one who ended it, and is ordered by agent, then by group', () => {
    const steps = [
      ...contact({ contact: 'handed over', agent: '2' }, ['answered', '10:00:00']),
      ...contact({ contact: 'handed over', agent: '9' }, ['finished', '10:01:00']),
      ...call('a', '10:00:00', '10:01:00', { agent: '10', group: '2' }),
      ...call('b', '10:00:00', '10:01:00', { agent: '10', group: '10' }),
    ];
    const services = { '10': 'z', '2': 'a' };
    expect(calls(steps, { services }).map(({ agentId, groupId }) => [agentId, groupId])).toEqual([
      ['10', '10'],
      ['10', '2'],
      ['2', '1'],
    ]);
  });
});

describe('the expected answer to agentChatsWorkTime', () => {
  const chat = (id: string, start: string, end: string, shared: Parameters<typeof contact>[0] = {}) =>
    contact({ contact: id, channel: 'CHATS', ...shared }, ['answered', start], ['finished', end]);

  it("counts the overlap of two chats once and splits at midnight, as in the spec's example", () => {
    const steps = [
      ...chat('a', '22:45:00', '23:02:00'),
      ...chat('b', '22:58:00', '2020-01-02T00:12:00Z', { channel: '' }),
    ];
    expect(chats(steps, '2020-01-05T00:00:00Z')).toEqual([
      { agentId: '1', workDate: '2020-01-01', workTime: 4_500_000 },
    ]);
    const within = period('2020-01-01T00:00:00Z', '2020-01-03T00:00:00Z');
    expect(chats(steps, '2020-01-05T00:00:00Z', { within })).toEqual([
      { agentId: '1', workDate: '2020-01-01', workTime: 4_500_000 },
      { agentId: '1', workDate: '2020-01-02', workTime: 720_000 },
    ]);
  });

  it('excludes calls, mails and chats whose end was lost, and includes chats abandoned after their answer', () => {
    const steps = [
      ...chat('mail', '10:00:00', '11:00:00', { channel: 'MAILS' }),
      ...contact({ contact: 'lost end', agent: '2' }, ['answered', '10:00:00']),
      ...queued('10:30:00', { contact: 'lost end', group: '2' }),
      ...contact({ contact: 'left', agent: '3' }, ['answered', '10:00:00'], ['abandoned', '10:00:01']),
      ...contact({ contact: 'no talk', agent: '4' }, ['answered', '10:00:00'], ['finished', '10:00:00']),
    ];
    expect(chats(steps, '12:00:00')).toEqual([{ agentId: '3', workDate: '2020-01-01', workTime: 1000 }]);
  });

  it('counts a running chat until now, or until the end of the period', () => {
    const running = contact({}, ['answered', '10:00:00']);
    expect(chats(running, '10:00:30')).toMatchObject([{ workTime: 30_000 }]);
    expect(chats(running, '12:00:00', { within: period('09:00:00', '10:00:10') })).toMatchObject([
      { workTime: 10_000 },
    ]);
  });

  it.each([
    ['Europe/Berlin', '2020-03-28T22:00:00Z', '2020-03-29T23:00:00Z', [1, 23, 1]],
    ['Europe/Berlin', '2020-10-24T21:00:00Z', '2020-10-26T00:00:00Z', [1, 25, 1]],
    ['Asia/Kathmandu', '2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z', [18.25, 5.75]],
  ])('splits at the midnights of %s, from %s', (timeZone, start, end, hours) => {
    const answer = chats(chat('a', start, end), end, { timeZone, within: period(start, end) });
    expect(answer.map(({ workTime }) => workTime / HOUR)).toEqual(hours);
  });
});
