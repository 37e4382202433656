import { createCommand, parseArguments, UsageError } from '#command';
import { MAX_SEED, randomSeed } from '#store';

/** How users start the command. */
export const INVOCATION = 'npm run audit --';

export interface AuditCommand {
  readonly sample: { readonly size: number; readonly seed: number } | undefined;
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
  readonly repair: boolean;
}

const MAX_SAMPLE = 10_000;

/** @throws UsageError */
export function parseAuditCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): AuditCommand {
  const { options } = parseArguments(commandLine(), args);
  const size = countOf('--sample', options.sample, 1, MAX_SAMPLE);
  const seed = countOf('--seed', options.seed, 0, MAX_SEED);
  if (seed !== undefined && size === undefined) {
    throw new UsageError('--seed selects a sample: give --sample too');
  }
  const repair = options.repair ?? false;
  if (repair && (size !== undefined || options.url !== undefined)) {
    throw new UsageError('--repair checks everything and opens the store itself: give it alone');
  }
  return {
    sample: size === undefined ? undefined : { size, seed: seed ?? randomSeed() },
    url: options.url === undefined ? undefined : urlOf(options.url),
    apiKey: options.apiKey ?? (environment['STATUSLEDGER_API_KEY'] || undefined),
    repair,
  };
}

function commandLine() {
  return createCommand({
    invocation: INVOCATION,
    summary: `
Compares the store with what SQL derives from its raw events, and these with the events of the log. Nothing is changed
without --repair. If a service has the embedded store open, the command asks it to run the audit beside its other work.`,
    sections: {
      'Exit codes:': {
        '0': 'there are no differences, or all were repaired',
        '1': 'there are differences',
        '2': 'the store could not be audited, or the command line is wrong',
        '130': 'interrupted',
      },
    },
  })
    .option('--sample <n>', 'compare n random timelines and n random contacts instead of everything')
    .option('--seed <seed>', 'which sample: the seed that an earlier run printed')
    .option('--url <url>', 'the service to ask (http://127.0.0.1:PORT)')
    .option('--api-key <key>', 'a key of role ops for all systems (STATUSLEDGER_API_KEY)')
    .option('--repair', 'project again from the log what differs or is missing; stop the service first');
}

function countOf(
  name: string,
  given: string | undefined,
  least: number,
  greatest: number,
): number | undefined {
  if (given === undefined) return undefined;
  const count = /^\d{1,10}$/.test(given) ? Number(given) : NaN;
  if (count >= least && count <= greatest) return count;
  throw new UsageError(`${name} must be an integer from ${least} to ${greatest}`);
}

function urlOf(given: string): string {
  if (/^https?:\/\/[^\s]+$/.test(given)) return given.replace(/\/+$/, '');
  throw new UsageError('--url must be an http or https URL, such as http://127.0.0.1:8080');
}
