import { answerDifferences } from './answer-differences.js';

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
