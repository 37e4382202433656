import { isDeepStrictEqual } from 'node:util';
import type { PersonnelAnswer } from '#oracle';

/** One way in which an answer is not what it should be. */
export interface Difference {
  /** The agent that it is about, where it is about one. */
  readonly agentId?: string;
  readonly groupId?: string;
  readonly explanation: string;
  /** The start of the interval that it is about, as in the answer. */
  readonly startDate?: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** Lists that an element may hold; an element holds one at most. */
const LISTS = ['states', 'logins', 'historicData', 'agentCalls'];

/** When the item of a list, or an element without one, began; it has one of these at most. */
const STARTS = ['startDate', 'loginDate', 'startInterval', 'startCall', 'workDate'];

/**
 * Compares an answer with the expected one: a list of elements, one per agent, group, agent and group or agent and day,
 * that may each hold a list of {@link LISTS}. Order counts everywhere. No difference exactly if the two are deeply equal.
 */
export function answerDifferences(expected: readonly object[], actual: unknown): Difference[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  if (!isListOfObjects(actual)) {
    return [{ explanation: 'the answer is not a list of objects', actual: excerpt(actual) }];
  }
  const found = elementDifferences(expected as readonly Json[], actual);
  return found.length > 0 ? found : [orderDifference(expected as readonly Json[], actual, elementKey)];
}

/**
 * Compares the answer to `personnel` with the expected one. The order of members counts too: no difference exactly if
 * the two are the same JSON.
 */
export function personnelDifferences(expected: PersonnelAnswer, actual: unknown): Difference[] {
  if (isSameJson(expected, actual)) return [];
  if (!isPersonnel(actual)) {
    return [{ explanation: 'the answer has no list of services, or agents', actual: excerpt(actual) }];
  }
  const found = [
    ...positionDifferences('services', expected.services, actual.services),
    ...positionDifferences('agents', expected.agents ?? [], actual.agents ?? []),
  ];
  const [wanted, got] = [Object.keys(expected), Object.keys(actual)];
  return found.length > 0 ? found : [{ explanation: 'other members', expected: wanted, actual: got }];
}

function positionDifferences(
  list: 'services' | 'agents',
  expected: readonly object[],
  actual: readonly object[],
): Difference[] {
  return Array.from({ length: Math.max(expected.length, actual.length) }, (_, n) => n)
    .filter((n) => !isSameJson(expected[n], actual[n]))
    .map((n) => ({ explanation: `${list}[${n}] differs`, expected: expected[n], actual: actual[n] }));
}

function isSameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isPersonnel(answer: unknown): answer is { services: object[]; agents?: object[] } {
  if (typeof answer !== 'object' || answer === null || !('services' in answer)) return false;
  if (!isListOfObjects(answer.services)) return false;
  return !('agents' in answer) || isListOfObjects(answer.agents);
}

function elementDifferences(expected: readonly Json[], actual: readonly Json[]): Difference[] {
  const { pairs, missing, unexpected } = match(expected, actual, elementKey);
  return [
    ...pairs.flatMap(([wanted, got]) => differencesWithin(wanted, got)),
    ...missing.map((element) => ({
      ...about(element),
      ...startOf(element),
      explanation: 'missing from the answer',
      expected: element,
    })),
    ...unexpected.map((element) => ({
      ...about(element),
      ...startOf(element),
      explanation: 'not expected',
      actual: element,
    })),
  ];
}

function differencesWithin(expected: Json, actual: Json): Difference[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  const list = LISTS.find((name) => name in expected) ?? '';
  const wanted = expected[list];
  const got = actual[list];
  if (!isListOfObjects(wanted) || !isListOfObjects(got) || isDeepStrictEqual(wanted, got)) {
    return [{ ...about(expected), ...startOf(expected), explanation: 'differs', expected, actual }];
  }
  const found = itemDifferences(wanted, got);
  return (found.length > 0 ? found : [orderDifference(wanted, got, itemKey)]).map((difference) => ({
    ...about(expected),
    ...difference,
  }));
}

function itemDifferences(expected: readonly Json[], actual: readonly Json[]): Difference[] {
  const { pairs, missing, unexpected } = match(expected, actual, itemKey);
  return [
    ...pairs
      .filter(([wanted, got]) => !isDeepStrictEqual(wanted, got))
      .map(([wanted, got]) => ({
        ...startOf(wanted),
        explanation: 'differs',
        expected: wanted,
        actual: got,
      })),
    ...missing.map((item) => ({ ...startOf(item), explanation: 'missing from the answer', expected: item })),
    ...unexpected.map((item) => ({ ...startOf(item), explanation: 'not expected', actual: item })),
  ];
}

/** Pairs elements of equal key, each at most once. */
function match(expected: readonly Json[], actual: readonly Json[], keyOf: (element: Json) => string) {
  const unmatched = new Map<string, Json[]>();
  for (const element of actual) {
    const key = keyOf(element);
    unmatched.set(key, [...(unmatched.get(key) ?? []), element]);
  }
  const pairs: [wanted: Json, got: Json][] = [];
  const missing: Json[] = [];
  for (const element of expected) {
    const partner = unmatched.get(keyOf(element))?.shift();
    if (partner === undefined) missing.push(element);
    else pairs.push([element, partner]);
  }
  return { pairs, missing, unexpected: [...unmatched.values()].flat() };
}

function orderDifference(
  expected: readonly Json[],
  actual: readonly Json[],
  keyOf: (element: Json) => string,
): Difference {
  const index = expected.findIndex((element, at) => keyOf(element) !== keyOf(actual[at]!));
  return {
    ...about(expected[index]!),
    ...startOf(expected[index]!),
    explanation: `in another order, from position ${index + 1} on`,
    expected: expected[index],
    actual: actual[index],
  };
}

function elementKey({ agentId, groupId, workDate }: Json): string {
  return JSON.stringify([agentId, groupId, workDate]);
}

function itemKey(item: Json): string {
  return JSON.stringify([startOf(item), item['stateCode']]);
}

function about({ agentId, groupId }: Json): Pick<Difference, 'agentId' | 'groupId'> {
  return {
    ...(typeof agentId === 'string' ? { agentId } : {}),
    ...(typeof groupId === 'string' ? { groupId } : {}),
  };
}

function startOf(element: Json): Pick<Difference, 'startDate'> {
  const start = STARTS.map((name) => element[name]).find((value) => typeof value === 'string');
  return typeof start === 'string' ? { startDate: start } : {};
}

function isListOfObjects(value: unknown): value is Json[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'object' && element !== null);
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 300);
}
