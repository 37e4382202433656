import { InformationRequested, UsageError } from '#command';
import { MAX_KEY_NAME_LENGTH } from '#edge';
import { parseKeyCommand } from './key-options.js';

const parse = (...args: string[]) => parseKeyCommand(args, 'keys.json');
const helpText = (...args: string[]): string => {
  try {
    parse(...args);
  } catch (error) {
    if (error instanceof InformationRequested) return error.text.replaceAll(/\s+/g, ' ');
    throw error;
  }
  return '';
};

describe('the command line for keys', () => {
  it('says what is to be made, with every role and system once', () => {
    const args = [
      '--name',
      'a',
      '--role',
      'ops, query',
      '--role',
      'ops',
      '--system',
      'x,y',
      '--system',
      ' y ',
    ];
    expect(parse(...args, '--file', 'others.json')).toEqual({
      do: 'make',
      file: 'others.json',
      name: 'a',
      roles: ['ops', 'query'],
      systems: ['x', 'y'],
    });
    expect(parse('--name', 'a', '--role', 'ops')).toMatchObject({ file: 'keys.json', systems: undefined });
    expect(parse('--list')).toEqual({ do: 'list', file: 'keys.json' });
    expect(parse('--revoke', 'a')).toEqual({ do: 'revoke', file: 'keys.json', name: 'a' });
  });

  it('takes a name of the longest length, which its help states', () => {
    const name = 'n'.repeat(MAX_KEY_NAME_LENGTH);
    expect(parse('--name', name, '--role', 'ops')).toMatchObject({ name });
    expect(helpText('--help')).toContain(`${MAX_KEY_NAME_LENGTH} at most`);
    expect(helpText('--help', '--name', 'a b')).toBe(helpText('--help'));
  });

  it.each([
    ['no role', ['--name', 'b'], '--role'],
    ['roles of no name', ['--name', 'b', '--role', ','], '--role'],
    ['a role that there is not', ['--name', 'b', '--role', 'ops,root'], '--role'],
    ['no name', ['--role', 'ops'], '--name'],
    ['a name with a dot', ['--name', 'a.b', '--role', 'ops'], '--name'],
    ['a name that is too long', ['--name', 'n'.repeat(MAX_KEY_NAME_LENGTH + 1), '--role', 'ops'], '--name'],
    ['systems of no name', ['--name', 'b', '--role', 'ops', '--system', ' , '], '--system'],
    ['an option that there is not', ['--roles', 'ops'], '--roles'],
    ['what belongs to no option', ['first'], 'first'],
  ])('does not take %s', (_, args, message) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(message);
  });
});
