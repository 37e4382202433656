import fc from 'fast-check';
import { propertySeed } from '../../../domain/src/timeline.arbitrary.js';
import { countJsonMembers, jsonMembers } from './json-members.js';

const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 2 });

/** A few keys, so that they repeat, made of all characters that have a meaning in JSON. */
const key = fc.constantFrom(
  'workerId',
  'a',
  '',
  '"',
  '\\',
  '{',
  '}',
  '[:,]',
  '\\"',
  'é',
  '\u{1f600}',
  '\u0000',
);

function escapeAll(text: string): string {
  return `"${text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}

const member = fc.record({
  key,
  keyText: fc.constantFrom(JSON.stringify, escapeAll),
  value: fc
    .tuple(fc.oneof(fc.jsonValue({ maxDepth: 3 }), key), fc.constantFrom(0, 2))
    .map(([value, indent]) => JSON.stringify(value, undefined, indent)),
  around: fc.tuple(space, space, space, space),
});

/** An object as text, with its members as known from generating it rather than from parsing. */
const anyObject = fc.record({ members: fc.array(member, { maxLength: 8 }), inside: space }).map((made) => {
  const members = made.members.map((one) => {
    const [a, b, c, d] = one.around;
    return `${a}${one.keyText(one.key)}${b}:${c}${one.value}${d}`;
  });
  return {
    text: `${made.inside}{${members.length === 0 ? made.inside : members.join(',')}}${made.inside}`,
    members: made.members.map((one) => ({ key: one.key, value: one.value })),
  };
});

describe(`jsonMembers (FC_SEED=${propertySeed})`, () => {
  it('returns members as they were written, including repeated and escaped ones', () => {
    fc.assert(
      fc.property(anyObject, ({ text, members }) => {
        expect(jsonMembers(text)).toEqual(members);
        expect(countJsonMembers(text)).toBe(members.length);
      }),
      { seed: propertySeed, numRuns: 2_000 },
    );
  });

  it('agrees with JSON.parse, which keeps the last of repeated members', () => {
    fc.assert(
      fc.property(anyObject, ({ text }) => {
        const last = new Map(jsonMembers(text).map((one) => [one.key, JSON.parse(one.value) as unknown]));
        expect(Object.fromEntries(last)).toEqual(JSON.parse(text));
      }),
      { seed: propertySeed, numRuns: 500 },
    );
  });
});
