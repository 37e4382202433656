import { answerDifferences, personnelDifferences } from './answer-differences.js';

const work = { startDate: '10:00', endDate: '10:10', stateCode: 'Work', stateName: 'Work' };
const rest = { startDate: '10:10', endDate: '10:20', stateCode: 'Break', stateName: 'Break' };
const expected = [
  { agentId: '1', states: [work, rest] },
  { serviceId: '1', groupId: '2', agentId: '1', states: [work] },
];
const explanations = (actual: unknown) =>
  answerDifferences(expected, actual).map(({ agentId, groupId, startDate, explanation }) => [
    agentId,
    groupId,
    startDate,
    explanation,
  ]);

describe('the differences of an answer', () => {
  it('are none if it is equal, whatever the order of the keys', () => {
    const { serviceId, ...others } = expected[1]!;
    expect(answerDifferences(expected, [expected[0], { ...others, serviceId }])).toEqual([]);
  });

  it('name missing and unexpected elements', () => {
    expect(explanations([expected[0], { agentId: '3', states: [work] }])).toEqual([
      ['1', '2', undefined, 'missing from the answer'],
      ['3', undefined, undefined, 'not expected'],
    ]);
  });

  it('name missing, unexpected and differing intervals', () => {
    const states = [
      { ...work, endDate: '10:11' },
      { ...rest, stateCode: 'Lunch' },
    ];
    expect(explanations([{ agentId: '1', states }, expected[1]])).toEqual([
      ['1', undefined, '10:00', 'differs'],
      ['1', undefined, '10:10', 'missing from the answer'],
      ['1', undefined, '10:10', 'not expected'],
    ]);
  });

  it('include an interval that is served twice', () => {
    expect(explanations([expected[0], { ...expected[1], states: [work, work] }])).toEqual([
      ['1', '2', '10:00', 'not expected'],
    ]);
  });

  it('include the order of elements and of intervals', () => {
    expect(explanations([...expected].reverse())).toEqual([
      ['1', undefined, undefined, 'in another order, from position 1 on'],
    ]);
    expect(explanations([{ agentId: '1', states: [rest, work] }, expected[1]])).toEqual([
      ['1', undefined, '10:00', 'in another order, from position 1 on'],
    ]);
  });

  it('include fields that do not belong', () => {
    expect(explanations([{ ...expected[0], groupId: null }, expected[1]])).toEqual([
      ['1', undefined, undefined, 'differs'],
    ]);
    expect(explanations([{ ...expected[0], serviceId: '1' }, expected[1]])).toEqual([
      ['1', undefined, undefined, 'differs'],
    ]);
  });

  it.each([[undefined], [null], ['text'], [{ field: '' }], [[1]]])(
    'include an answer of another shape: %p',
    (actual) => {
      expect(explanations(actual)).toEqual([
        [undefined, undefined, undefined, 'the answer is not a list of objects'],
      ]);
    },
  );
});

describe('the differences of answers about contacts', () => {
  const bucket = { startInterval: '10:00', notUniqueReceived: 1 };
  const next = { startInterval: '10:05', notUniqueReceived: 2 };
  const found = (wanted: object[], got: object[]) =>
    answerDifferences(wanted, got).map(({ agentId, groupId, startDate, explanation }) => [
      ...[agentId, groupId, startDate],
      explanation,
    ]);

  it('name the bucket, the call and the day', () => {
    const group = (...historicData: object[]) => [{ serviceId: '1', groupId: '2', historicData }];
    expect(found(group(bucket, next), group({ ...bucket, notUniqueReceived: 3 }))).toEqual([
      [undefined, '2', '10:00', 'differs'],
      [undefined, '2', '10:05', 'missing from the answer'],
    ]);
    const calls = (...agentCalls: object[]) => [{ agentId: '1', groupId: '2', agentCalls }];
    expect(found(calls(), calls({ startCall: '10:00' }))).toEqual([['1', '2', '10:00', 'not expected']]);
    const day = { agentId: '1', workDate: '2020-01-01', workTime: 1 };
    expect(
      found(
        [day],
        [
          { ...day, workDate: '2020-01-02' },
          { ...day, workTime: 2 },
        ],
      ),
    ).toEqual([
      ['1', undefined, '2020-01-01', 'differs'],
      ['1', undefined, '2020-01-02', 'not expected'],
    ]);
  });

  it('include a group of another service', () => {
    const load = { serviceId: '1', groupId: '2', callNumber: 0 };
    expect(found([load], [{ ...load, serviceId: '2' }])).toEqual([[undefined, '2', undefined, 'differs']]);
  });
});

describe('the differences of personnel', () => {
  const service = { id: 's', name: 'S', status: 'ACTIVE' as const };
  const agent = { id: '1', name: 'John', agentGroups: [{ groupId: '1' }] };
  const wanted = { services: [service], agents: [agent] };
  const found = (answer: unknown) =>
    personnelDifferences(wanted, answer).map(({ explanation }) => explanation);

  it('are none if it is the same JSON, and count the order of members', () => {
    expect(found(structuredClone(wanted))).toEqual([]);
    const { name, ...others } = agent;
    expect(found({ services: [service], agents: [{ ...others, name }] })).toEqual(['agents[0] differs']);
    expect(found({ agents: [agent], services: [service] })).toEqual(['other members']);
    expect(found({ ...wanted, total: 1 })).toEqual(['other members']);
  });

  it('name missing, unexpected and differing services and agents', () => {
    expect(found({ services: [], agents: [agent, { id: '2' }] })).toEqual([
      'services[0] differs',
      'agents[1] differs',
    ]);
    expect(found({ services: [service] })).toEqual(['agents[0] differs']);
  });

  it.each([[[]], [null], ['text'], [{ services: 1 }], [{ services: [service], agents: {} }]])(
    'include an answer of another shape: %j',
    (answer) => expect(found(answer)).toEqual(['the answer has no list of services, or agents']),
  );
});
