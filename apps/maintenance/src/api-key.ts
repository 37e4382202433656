import { runCommand } from '#command';
import type { KeyEntry } from '#edge/settings';
import { addKey, keysIn, revokeKey } from './api-key/key-file.js';
import { INVOCATION, parseKeyCommand, type KeyCommand } from './api-key/key-options.js';

async function run(command: KeyCommand): Promise<void> {
  switch (command.do) {
    case 'list':
      process.stdout.write(keysIn(command.file).map(lineOf).join(''));
      return;
    case 'revoke':
      await revokeKey(command.file, command.name);
      process.stderr.write(`Revoked ${command.name}: a running service refuses it within seconds.\n`);
      return;
    case 'make':
      process.stdout.write(`${await addKey(command.file, command)}\n`);
      process.stderr.write(
        `The key is not shown again; its hash is in ${command.file}. Start the service with API_KEYS_FILE=${command.file}; a running one with that setting accepts the key within seconds.\n`,
      );
  }
}

function lineOf({ name, roles, systems }: KeyEntry): string {
  return `${name}\t${roles.join(',')}\t${systems?.join(',') ?? 'all systems'}\n`;
}

await runCommand({
  invocation: INVOCATION,
  environment: process.env,
  parse: (args, environment) => parseKeyCommand(args, environment['API_KEYS_FILE'] || 'keys.json'),
  run,
});
