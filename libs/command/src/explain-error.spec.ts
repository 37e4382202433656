import { createServer } from 'node:http';
import { KeyFileError, SettingsError } from '#edge/settings';
import {
  LogDamagedError,
  LogReplacedError,
  LogUnavailableError,
  TopicSettingsError,
  UnstableLayoutError,
} from '#event-log';
import { ProjectorsAtWorkError } from '#projection';
import { SchemaNewerError, StoreInUseError } from '#store';
import { CommandError } from './command-error.js';
import { explainError, SELF_EXPLAINING } from './explain-error.js';

describe('what a program prints of an error', () => {
  const errors = [
    new KeyFileError(['no name']),
    new LogDamagedError('no page'),
    new LogReplacedError('log', 'it is empty'),
    new LogUnavailableError('no room'),
    new ProjectorsAtWorkError('two are'),
    new SchemaNewerError('wfm', 9, 8),
    new SettingsError(['PORT is wrong']),
    new StoreInUseError('store'),
    new TopicSettingsError('it is compacted'),
    new UnstableLayoutError('it grows'),
  ];

  it.each(errors)('is the message of a $name', (error) => {
    expect(explainError(error).split('\n')[0]).toBe(error.message.split('\n')[0]);
    expect(explainError(error)).not.toContain('    at ');
  });

  it('is listed for errors that exist', () => {
    expect(errors.map(({ name }) => name).sort()).toEqual(Object.keys(SELF_EXPLAINING).sort());
  });

  it('is followed by advice, of which the command has the last word', () => {
    expect(explainError(new StoreInUseError('store'))).toMatch(
      /\nOnly one process at a time .*stop the service/,
    );
    const advice = { StoreInUseError: 'Wait.' };
    expect(explainError(new StoreInUseError('store'), advice)).toMatch(/\nWait\.$/);
  });

  it('is the message of what a command itself found, whatever it is called', () => {
    class NoPaintError extends CommandError {
      override readonly name = 'NoPaintError';
    }
    expect(explainError(new NoPaintError('the pot is empty'))).toBe('the pot is empty');
  });

  it('is the message of a refused system call, with advice where there is some', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const error = await new Promise((resolve) =>
      createServer().once('error', resolve).listen(port, '127.0.0.1'),
    );
    server.close();
    expect(explainError(error)).toMatch(/^listen EADDRINUSE.*\nAnother process listens there\./);
  });

  it('is the stack of anything else', () => {
    expect(explainError(new TypeError('x is not a function'))).toMatch(/^TypeError: .*\n {4}at /);
    expect(explainError('text')).toBe('text');
  });
});
