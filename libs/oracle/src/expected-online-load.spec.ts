import { at, contact } from './contact-steps.fixture.js';
import type { ContactStep } from './contact-step.js';
import { pairTimelines } from './expected-answers.js';
import { DEFAULT_RULES } from './service-rules.js';
import { foldContacts } from './expected-contact-answers.js';
import { expectedGroupsOnlineLoad } from './expected-online-load.js';
import type { SimulatedEvent } from './simulated-event.js';

const enter = (workerId: string, stateCode: string, time: string): SimulatedEvent => ({
  workerId,
  groupId: null,
  stateCode,
  stateName: stateCode,
  actionTime: at(time),
  action: 'enter',
});

interface Given {
  steps?: readonly ContactStep[];
  statuses?: readonly SimulatedEvent[];
  groups?: Record<string, string[]>;
  services?: Record<string, string>;
  timeZone?: string;
}

function load(given: Given, now: string, groupIds = ['1']) {
  const { steps = [], statuses = [], groups = {}, services = {}, timeZone = 'UTC' } = given;
  const rules = { ...DEFAULT_RULES, timeZone };
  const facts = {
    timelines: pairTimelines(statuses, rules),
    legs: foldContacts(steps),
    assignments: {
      groupsOfAgent: new Map(Object.entries(groups)),
      serviceOfGroup: new Map(Object.entries(services)),
    },
  };
  return expectedGroupsOnlineLoad(facts, groupIds, at(now), rules);
}

const NOTHING = {
  ...{ callNumber: 0, operatorNumber: 0, callReceived: 0, aht: 0, acd: 0, awt: 0 },
  ...{ callAnswered: 0, callAnsweredTst: 0, callProcessing: 0 },
};

describe('the expected answer to groupsOnlineLoad', () => {
  it('is all zero for a group without contacts, and ordered by service, then by group', () => {
    expect(load({ services: { b: '0' } }, '12:00:00', ['a', '2', 'b'])).toEqual([
      { serviceId: '0', groupId: 'b', ...NOTHING },
      { serviceId: '1', groupId: '2', ...NOTHING },
      { serviceId: '1', groupId: 'a', ...NOTHING },
    ]);
  });

  it('counts what was received today, and averages the talk without the ring', () => {
    const steps = [
      ...contact(
        { contact: 'in time' },
        ['queued', '10:00:00'],
        ['offered', '10:00:15'],
        ['answered', '10:00:20'],
        ['finished', '10:01:20'],
      ),
      ...contact(
        { contact: 'too late' },
        ['queued', '10:00:00'],
        ['offered', '10:00:10'],
        ['answered', '10:00:20.001'],
        ['transferred', '10:00:20.002'],
      ),
      ...contact({ contact: 'missed' }, ['queued', '10:00:00'], ['abandoned', '10:00:05']),
      ...contact({ contact: 'yesterday' }, ['queued', '2019-12-31T23:59:59Z'], ['abandoned', '10:00:00']),
    ];
    expect(load({ steps }, '12:00:00')).toEqual([
      {
        serviceId: '1',
        groupId: '1',
        ...NOTHING,
        callReceived: 3,
        aht: 30_001,
        acd: 200 / 3,
        awt: 10_000,
        callAnswered: 2,
        callAnsweredTst: 1,
      },
    ]);
  });

  it('counts waiting and answered contacts, whatever day they began, until they have no event for a day', () => {
    const steps = [
      ...contact({ contact: 'waits' }, ['queued', '12:00:00']),
      ...contact({ contact: 'rings', agent: '3' }, ['queued', '12:00:00'], ['offered', '12:00:07']),
      ...contact({ contact: 'talks', agent: '4' }, ['queued', '12:00:00'], ['answered', '12:00:08']),
    ];
    const running = { callNumber: 2, callProcessing: 1, operatorNumber: 1 };
    expect(load({ steps }, '13:00:00')).toMatchObject([{ ...running, callReceived: 3, awt: 7500 }]);
    expect(load({ steps }, '2020-01-02T12:00:00Z')).toMatchObject([{ ...running, callReceived: 0, awt: 0 }]);
    expect(load({ steps }, '2020-01-02T12:00:07.001Z')).toMatchObject([
      { callNumber: 0, callProcessing: 1, operatorNumber: 1 },
    ]);
    expect(load({ steps }, '2020-01-02T12:00:08.001Z')).toMatchObject([NOTHING]);
  });

  it('counts a leg whose end was lost as received, until the day ends or it has no event for a day', () => {
    const lostEnd = (start: string, next: string) => [
      ...contact({}, ['queued', start]),
      ...contact({ group: '2' }, ['queued', next]),
    ];
    const given = { steps: lostEnd('00:00:00', '10:00:00'), timeZone: 'Europe/Berlin' };
    expect(load(given, '22:59:59')).toMatchObject([{ ...NOTHING, callReceived: 1 }]);
    expect(load(given, '23:00:00')).toMatchObject([NOTHING]);

    const steps = lostEnd('2020-10-24T22:00:00Z', '2020-10-24T22:10:00Z');
    const longDay = { steps, timeZone: 'Europe/Berlin' };
    expect(load(longDay, '2020-10-25T22:00:00Z')).toMatchObject([{ ...NOTHING, callReceived: 1 }]);
    expect(load(longDay, '2020-10-25T22:00:00.001Z')).toMatchObject([NOTHING]);
  });

  it("counts as operators the group's agents who are present and those in a talk, each once", () => {
    const given = {
      steps: [
        ...contact({ contact: 'a', agent: 'talking' }, ['answered', '10:00:00']),
        ...contact({ contact: 'b', agent: 'talking' }, ['answered', '10:01:00']),
        ...contact({ contact: 'c', agent: 'stranger' }, ['answered', '10:01:00']),
      ],
      statuses: [
        enter('talking', 'Work', '10:00:00'),
        enter('ready', 'Ready', '10:00:00'),
        enter('away', 'Offline', '10:00:00'),
        enter('vanished', 'Ready', '2019-12-31T20:00:00Z'),
        enter('of another group', 'Ready', '10:00:00'),
        enter('not in the directory', 'Ready', '10:00:00'),
      ],
      groups: {
        ...{ talking: ['1'], ready: ['2', '1'], away: ['1'], vanished: ['1'], absent: ['1'] },
        'of another group': ['2'],
      },
    };
    expect(load(given, '11:00:00')).toMatchObject([{ operatorNumber: 3, callProcessing: 3 }]);
  });
});
