import { parseArgs } from 'node:util';
import { MAX_SEED, randomSeed } from '#store';

export const USAGE = `Usage: npm run audit -- [--sample N [--seed S]] [--url URL] [--api-key KEY]
       npm run audit -- --repair

Compares the store with what SQL makes of its raw events, and these with the events of the log. It reads only.
While a service has the embedded store open, the service is asked to do it, which it does beside its other work.

  --sample N      compare N random timelines and N random contacts; without it, everything
  --seed S        which sample: the seed that an earlier run printed
  --url URL       the service to ask                                  (http://127.0.0.1:PORT)
  --api-key KEY   a key of role ops, of all systems                   (STATUSLEDGER_API_KEY)
  --repair        project again from the log what differs or is missing; the service has to be stopped
  --help          this text

Exits with 0 if nothing differs (or all was repaired), 1 if something does, 2 if the store could not be audited.
`;

export interface AuditCommand {
  readonly sample: { readonly size: number; readonly seed: number } | undefined;
  readonly url: string | undefined;
  readonly apiKey: string | undefined;
  readonly repair: boolean;
}

/** Thrown for options that cannot be understood; the message says what to do. */
export class AuditUsageError extends Error {
  override readonly name = 'AuditUsageError';
}

const OPTIONS = {
  sample: { type: 'string' },
  seed: { type: 'string' },
  url: { type: 'string' },
  'api-key': { type: 'string' },
  repair: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const MAX_SAMPLE = 10_000;

/** @throws AuditUsageError */
export function parseAuditCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): AuditCommand | 'help' {
  const values = valuesOf(args);
  if (values.help) return 'help';
  const size = countOf('--sample', values.sample, 1, MAX_SAMPLE);
  const seed = countOf('--seed', values.seed, 0, MAX_SEED);
  if (seed !== undefined && size === undefined) {
    throw new AuditUsageError('--seed says which sample: give --sample too');
  }
  const repair = values.repair ?? false;
  if (repair && (size !== undefined || values.url !== undefined)) {
    throw new AuditUsageError('--repair looks at everything, and opens the store itself: give it alone');
  }
  return {
    sample: size === undefined ? undefined : { size, seed: seed ?? randomSeed() },
    url: values.url === undefined ? undefined : urlOf(values.url),
    apiKey: values['api-key'] ?? (environment['STATUSLEDGER_API_KEY'] || undefined),
    repair,
  };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new AuditUsageError((error as Error).message);
  }
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
  throw new AuditUsageError(`${name} must be an integer from ${least} to ${greatest}`);
}

function urlOf(given: string): string {
  if (/^https?:\/\/[^\s]+$/.test(given)) return given.replace(/\/+$/, '');
  throw new AuditUsageError('--url must be an http or https URL, such as http://127.0.0.1:8080');
}
