import { KeyFileError, type KeyEntry } from '#edge/settings';
import { addKey, keysIn, revokeKey } from './api-key/key-file.js';
import { FileLockedError } from './api-key/locked-file.js';
import { KeyUsageError, parseKeyCommand, USAGE } from './api-key/key-options.js';

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

async function run(args: readonly string[]): Promise<void> {
  const command = parseKeyCommand(args, process.env['API_KEYS_FILE'] || 'keys.json');
  switch (command.do) {
    case 'help':
      process.stdout.write(USAGE);
      return;
    case 'list':
      process.stdout.write(keysIn(command.file).map(lineOf).join(''));
      return;
    case 'revoke':
      await revokeKey(command.file, command.name);
      process.stderr.write(`${command.name} is revoked: a service that runs refuses it within seconds.\n`);
      return;
    case 'make':
      process.stdout.write(`${await addKey(command.file, command)}\n`);
      process.stderr.write(
        `The key is shown this once; its hash is in ${command.file}. Start the service with API_KEYS_FILE=${command.file}; one that runs with it takes the key within seconds.\n`,
      );
  }
}

function lineOf({ name, roles, systems }: KeyEntry): string {
  return `${name}\t${roles.join(',')}\t${systems?.join(',') ?? 'all systems'}\n`;
}

function failure(error: unknown): number {
  if (error instanceof KeyUsageError) {
    process.stderr.write(`${error.message}\nTry: npm run api-key -- --help\n`);
    return EXIT_USAGE;
  }
  const isSystemError = (error as NodeJS.ErrnoException).code !== undefined;
  const isSelfExplaining = [KeyFileError, FileLockedError].some((kind) => error instanceof kind);
  const { message, stack } = error as Error;
  process.stderr.write(`${isSelfExplaining || isSystemError ? message : stack}\n`);
  return EXIT_FAILED;
}

try {
  await run(process.argv.slice(2));
  process.exitCode = EXIT_DONE;
} catch (error) {
  process.exitCode = failure(error);
}
