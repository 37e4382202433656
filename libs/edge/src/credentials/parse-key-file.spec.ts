import { digestOf, KeyRing, MAX_KEY_NAME_LENGTH, newKey } from './api-key.js';
import {
  apiKeyOf,
  KeyFileError,
  MAX_KEYS,
  MAX_SYSTEM_ID_LENGTH,
  MAX_SYSTEMS_OF_KEY,
  parseKeyEntries,
} from './parse-key-file.js';

const sha256 = '0'.repeat(64);
const entry = (members: object = {}) => ({ name: 'a', sha256, roles: ['ingest'], ...members });
const systems = (count: number) => Array.from({ length: count }, (_, n) => `s${n}`);

function faultsOf(...keys: unknown[]): readonly string[] {
  return faultsOfText(JSON.stringify({ keys }));
}

function faultsOfText(text: string): readonly string[] {
  try {
    parseKeyEntries(text);
  } catch (error) {
    if (error instanceof KeyFileError) return error.faults;
    throw error;
  }
  return [];
}

describe('parseKeyEntries', () => {
  it('accepts keys with all roles, with some systems and without systems', () => {
    const keys = [
      entry({ name: 'all', roles: ['ingest', 'query', 'ops'] }),
      entry({ name: 'some', systems: ['a', 'б', 'a'] }),
    ];
    const read = parseKeyEntries(JSON.stringify({ keys }));
    expect(read).toEqual(keys);
    expect(read.map(apiKeyOf).map((key) => key.systems)).toEqual([undefined, ['a', 'б']]);
  });

  it('accepts the documented number of keys, and not one more', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => entry({ name: `k${n}` }));
    expect(faultsOf(...many(MAX_KEYS))).toEqual([]);
    expect(faultsOf(...many(MAX_KEYS + 1))).toEqual([expect.stringContaining(`${MAX_KEYS} keys`)]);
  });

  it('accepts one system or the documented number of systems per key, and not one more', () => {
    expect(faultsOf(entry({ systems: systems(MAX_SYSTEMS_OF_KEY) }))).toEqual([]);
    for (const count of [0, MAX_SYSTEMS_OF_KEY + 1]) {
      expect(faultsOf(entry({ systems: systems(count) }))).toEqual([expect.stringContaining('systems')]);
    }
  });

  it('counts the characters of a system in code points', () => {
    for (const character of ['s', 'ж', '😀']) {
      expect(faultsOf(entry({ systems: [character.repeat(MAX_SYSTEM_ID_LENGTH)] }))).toEqual([]);
      expect(faultsOf(entry({ systems: [character.repeat(MAX_SYSTEM_ID_LENGTH + 1)] }))).toHaveLength(1);
    }
  });

  it('accepts a name of the documented length, and no other character', () => {
    expect(faultsOf(entry({ name: 'n'.repeat(MAX_KEY_NAME_LENGTH) }))).toEqual([]);
    for (const name of ['', 'n'.repeat(MAX_KEY_NAME_LENGTH + 1), 'a.b', 'a b', 'ж', 'a\n', 1, null]) {
      expect(faultsOf(entry({ name }))).toEqual([expect.stringContaining('keys[0]: name')]);
    }
  });

  it.each([
    ['a hash that is too short', { sha256: '0'.repeat(63) }],
    ['a hash that is too long', { sha256: '0'.repeat(65) }],
    ['a hash in capitals', { sha256: 'A'.repeat(64) }],
    ['no role', { roles: [] }],
    ['an unknown role', { roles: ['ingest', 'root'] }],
    ['too many roles', { roles: ['ingest', 'ingest', 'ingest', 'ingest'] }],
    ['roles that are not a list', { roles: 'ingest' }],
    ['a system of spaces', { systems: [' '] }],
    ['a system that is a number', { systems: [7] }],
    ['an unknown member', { system: 'a' }],
  ])('refuses %s', (_, members) => expect(faultsOf(entry(members))).toHaveLength(1));

  it('reports every fault of every key, and each repeated name once', () => {
    expect(faultsOf(entry(), entry({ roles: [] }), entry({ sha256: 1, systems: 1 }), null)).toEqual([
      expect.stringContaining('keys[1]: roles'),
      expect.stringContaining('keys[2]: sha256'),
      expect.stringContaining('keys[2]: systems'),
      expect.stringContaining('keys[3]: name'),
      expect.stringContaining('keys[3]: sha256'),
      expect.stringContaining('keys[3]: roles'),
      'the name a occurs twice',
    ]);
  });

  it.each(['', '{', 'null', '[]', '{"keys":{}}'])('refuses %j without quoting it', (text) => {
    expect(faultsOfText(text)).toHaveLength(1);
    expect(faultsOfText('{"keys":[{"secret').join()).not.toContain('secret');
  });
});

describe('KeyRing', () => {
  const [first, second] = [newKey('first'), newKey('second')];
  const ring = new KeyRing(
    parseKeyEntries(
      JSON.stringify({
        keys: [first, second].map((key) =>
          entry({ name: key.split('.')[0], sha256: digestOf(key).toString('hex') }),
        ),
      }),
    ).map(apiKeyOf),
  );

  it('finds keys by their full text only', () => {
    expect([first, second].map((key) => ring.find(key)?.name)).toEqual(['first', 'second']);
    const [, secret] = first.split('.');
    for (const wrong of [
      '',
      '.',
      'first',
      'first.',
      secret!,
      `second.${secret}`,
      `${first} `,
      `${first}.x`,
    ]) {
      expect(ring.find(wrong)).toBeUndefined();
    }
  });

  it('finds nothing for an unknown name', () => {
    expect(new KeyRing([]).find('nobody.secret')).toBeUndefined();
  });
});
