import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { DisturbanceRates } from './platform/disturbances.js';

/** How a simulation is run; see {@link USAGE} for what each option means. */
export interface SimulatorOptions {
  readonly url: URL;
  readonly queryUrl: URL;
  readonly apiKey?: string | undefined;
  readonly systemId: string;
  readonly seed: string;
  readonly agents: number;
  readonly days: number;
  /** Whether there are contacts and a personnel directory besides statuses. */
  readonly contacts: boolean;
  /** The service's `TIME_ZONE`, an IANA name. */
  readonly timeZone: string;
  /** The end of the last simulated day, in milliseconds since the Unix epoch. */
  readonly until: number;
  /** Whether this repeats an earlier run, whose events the service may already have. */
  readonly isRepetition: boolean;
  readonly pace?: number | undefined;
  readonly connections: number;
  readonly rates: DisturbanceRates;
  readonly deadlineMs: number;
  readonly json: boolean;
}

export const USAGE = `Usage: npm run simulate -- [options]

Simulates a contact centre, sends its statuses, contacts and personnel directory to a running service, and checks
that the service answers exactly what follows from them, method by method. Exits with 0 if it does, 1 if it does not
or cannot be reached, 2 on bad options.

Where
  --url URL            the service                                            (http://127.0.0.1:8080)
  --query-url URL      where to query, if that is another process             (as --url)
  --api-key KEY        sent as "Authorization: Bearer KEY", with the roles ingest and query, and ops to see
                       when all is projected; others may see options, so better (STATUSLEDGER_API_KEY)
  --system ID          the external system to send and query as               (sim-<seed>)
  --time-zone ZONE     the TIME_ZONE that the service runs with               (UTC)

What
  --seed SEED          decides everything random; printed, to repeat a run    (random)
  --until DATE         when the last day ends (ISO 8601); with --seed, repeats
                       a run exactly, even on the same service                (now)
  --agents N           agents                                                 (200)
  --days N             days                                                   (1)
  --no-contacts        statuses only: no contacts and no personnel directory

How
  --pace N             events per second                                      (as fast as possible)
  --connections N      posts under way at once                                (32)
  --lost FRACTION      events that are never sent, 0 to 1                     (0.01)
  --repeated FRACTION  events that are sent twice                             (0.02)
  --reordered FRACTION events that are sent before or after their turn        (0.05)
  --late FRACTION      events that are sent much later                        (0.01)
  --contradicted FRACTION
                       enters that are sent together with one of another state (0.005)
  --deadline SECONDS   the longest wait for the answers to catch up           (120)

  --json               the verdict as JSON on stdout, everything else on stderr
  --help               this text
`;

/** Thrown for options that cannot be understood; the message names every fault. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const STRING_OPTIONS = {
  url: { type: 'string', default: 'http://127.0.0.1:8080' },
  'query-url': { type: 'string' },
  'api-key': { type: 'string' },
  system: { type: 'string' },
  'time-zone': { type: 'string', default: 'UTC' },
  seed: { type: 'string' },
  until: { type: 'string' },
  agents: { type: 'string', default: '200' },
  days: { type: 'string', default: '1' },
  pace: { type: 'string' },
  connections: { type: 'string', default: '32' },
  lost: { type: 'string', default: '0.01' },
  repeated: { type: 'string', default: '0.02' },
  reordered: { type: 'string', default: '0.05' },
  late: { type: 'string', default: '0.01' },
  contradicted: { type: 'string', default: '0.005' },
  deadline: { type: 'string', default: '120' },
} as const;

const FLAGS = {
  'no-contacts': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const OPTIONS = { ...STRING_OPTIONS, ...FLAGS } as const;

type OptionName = keyof typeof STRING_OPTIONS;
type Values = { readonly [Name in OptionName]?: string };
type Flags = { readonly [Name in keyof typeof FLAGS]?: boolean };

const DAY = 86_400_000;
const MAX_AGE_DAYS = 399;

/**
 * Reads the command line.
 *
 * @param now milliseconds since the Unix epoch.
 * @param environment has the key if no option has it.
 * @returns `'help'` if that is what was asked for.
 * @throws {UsageError} naming all faults at once.
 */
export function parseOptions(
  args: readonly string[],
  now: number,
  environment: Readonly<Record<string, string | undefined>> = {},
): SimulatorOptions | 'help' {
  const values = parseValues(args);
  if (values.help) return 'help';

  const reader = new OptionReader(values);
  const seed =
    reader.matching('seed', /^[\w.-]{1,64}$/, 'letters, digits, ".", "_" and "-", 64 at most') ??
    String(randomInt(1_000_000));
  const systemId = reader.matching('system', /^\S(.{0,254}\S)?$/u, 'a name of 256 characters at most');
  const url = reader.url('url');
  const options: SimulatorOptions = {
    url,
    queryUrl: values['query-url'] === undefined ? url : reader.url('query-url'),
    apiKey: values['api-key'] ?? (environment['STATUSLEDGER_API_KEY'] || undefined),
    seed,
    systemId: systemId ?? `sim-${seed}`,
    agents: reader.integer('agents', 1, 100_000),
    days: reader.integer('days', 1, MAX_AGE_DAYS),
    contacts: !values['no-contacts'],
    timeZone: reader.timeZone('time-zone'),
    until: values.until === undefined ? wholeSecond(now) : reader.date('until', now),
    isRepetition: values.until !== undefined,
    pace: values.pace === undefined ? undefined : reader.number('pace', 0.001, 1_000_000),
    connections: reader.integer('connections', 1, 10_000),
    rates: {
      lost: reader.number('lost', 0, 1),
      repeated: reader.number('repeated', 0, 1),
      reordered: reader.number('reordered', 0, 1),
      late: reader.number('late', 0, 1),
      contradicted: reader.number('contradicted', 0, 1),
    },
    deadlineMs: reader.number('deadline', 1, 86_400) * 1000,
    json: values.json ?? false,
  };
  if (options.until - options.days * DAY < now - MAX_AGE_DAYS * DAY) {
    reader.fault(`--days and --until reach back more than ${MAX_AGE_DAYS} days, which the service rejects`);
  }
  reader.throwFaults();
  return options;
}

function parseValues(args: readonly string[]): Values & Flags {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Reads typed values, and collects the faults of all of them. */
class OptionReader {
  private readonly faults: string[] = [];

  constructor(private readonly values: Values) {}

  number(name: OptionName, min: number, max: number): number {
    const text = this.values[name]!;
    const value = text.trim() === '' ? NaN : Number(text);
    if (!(value >= min && value <= max))
      this.fault(`--${name} must be a number from ${min} to ${max}, not "${text}"`);
    return value;
  }

  integer(name: OptionName, min: number, max: number): number {
    const value = this.number(name, min, max);
    if (!Number.isNaN(value) && !Number.isInteger(value))
      this.fault(`--${name} must be a whole number, not ${value}`);
    return value;
  }

  url(name: OptionName): URL {
    const text = this.values[name]!;
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
    this.fault(`--${name} must be an http or https URL, not "${text}"`);
    return new URL('http://invalid.invalid');
  }

  date(name: OptionName, latest: number): number {
    const text = this.values[name]!;
    const value = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : NaN;
    if (Number.isNaN(value)) this.fault(`--${name} must be a date like 2020-01-31T08:00:00Z, not "${text}"`);
    if (value > latest) this.fault(`--${name} must not be in the future`);
    return wholeSecond(value);
  }

  timeZone(name: OptionName): string {
    const zone = this.values[name]!;
    try {
      new Intl.DateTimeFormat('en-US', { timeZone: zone });
    } catch {
      this.fault(`--${name} must be the name of a time zone like Europe/Berlin, not "${zone}"`);
    }
    return zone;
  }

  matching(name: OptionName, pattern: RegExp, description: string): string | undefined {
    const text = this.values[name];
    if (text !== undefined && !pattern.test(text))
      this.fault(`--${name} must be ${description}, not "${text}"`);
    return text;
  }

  fault(message: string): void {
    this.faults.push(message);
  }

  throwFaults(): void {
    if (this.faults.length > 0) throw new UsageError(this.faults.join('\n'));
  }
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
