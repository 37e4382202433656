import { createCommand, type CommandDescription } from './create-command.js';
import { parseArguments } from './parse-arguments.js';
import { endWith } from './run-command.js';

export interface ServiceCommand extends Pick<CommandDescription, 'invocation' | 'summary'> {
  /** The environment variables that matter most, and what each means. */
  readonly variables: Readonly<Record<string, string>>;
  /** Loads and starts the service; not called for `--help` and the like, which should not load a framework. */
  start(): Promise<void>;
}

/** What each service needs to know about where it listens. */
export const LISTENING: Readonly<Record<string, string>> = {
  HOST: 'address to listen on (127.0.0.1)',
  PORT: 'port to listen on (8080)',
  API_KEYS_FILE: 'keys that clients need; npm run api-key makes them',
};

/** Runs a service, which takes no arguments but `--help` and `--version`: environment variables configure it. */
export async function runServiceCommand(service: ServiceCommand): Promise<void> {
  const { invocation } = service;
  try {
    parseServiceArguments(service, process.argv.slice(2));
  } catch (error) {
    return endWith(error, { invocation });
  }
  await service.start();
}

function parseServiceArguments(
  { invocation, summary, variables }: ServiceCommand,
  args: readonly string[],
): void {
  const command = createCommand({
    invocation,
    summary,
    notes: 'Environment variables configure it; docs/configuration.md lists all of them.',
    sections: {
      'Environment variables:': variables,
      'Exit codes:': {
        '0': 'SIGTERM or SIGINT stopped it; everything is finished',
        '1': 'it could not start, or could not go on',
        '2': 'the command line is wrong',
      },
    },
  });
  parseArguments(command, args);
}
