import { randomInt } from 'node:crypto';
import { createCommand, parseArguments, UsageError } from '#command';
import type { DisturbanceRates } from './platform/disturbances.js';

/** How users start the command. */
export const INVOCATION = 'npm run simulate --';

/** How a simulation is run; `--help` says what each option means. */
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

type Values = ReturnType<typeof optionsOf>;
/** Options that have a value. */
type OptionName = {
  [Name in keyof Values]-?: Exclude<Values[Name], undefined> extends string ? Name : never;
}[keyof Values];

const optionsOf = (args: readonly string[]) => parseArguments(commandLine(), args).options;

function commandLine() {
  return createCommand({
    invocation: INVOCATION,
    summary: `
Simulates a contact centre, sends its statuses, contacts and personnel directory to a running service, and checks that
the service answers exactly what follows from them, method by method.`,
    sections: {
      'Exit codes:': {
        '0': 'every answer is right',
        '1': 'an answer is wrong, or the service cannot be reached',
        '2': 'the command line is wrong',
        '130': 'interrupted',
      },
    },
  })
    .optionsGroup('Where:')
    .option('--url <url>', 'the service', 'http://127.0.0.1:8080')
    .option('--query-url <url>', 'where to query, if that is another process (as --url)')
    .option(
      '--api-key <key>',
      'sent as "Authorization: Bearer KEY", with the roles ingest and query, and ops to see when all is projected; other users of the machine may see options, so prefer STATUSLEDGER_API_KEY',
    )
    .option('--system <id>', 'the external system to send and query as (sim-<seed>)')
    .option('--time-zone <zone>', 'the TIME_ZONE that the service runs with', 'UTC')
    .optionsGroup('What:')
    .option('--seed <seed>', 'decides everything random; printed, to repeat a run (random)')
    .option(
      '--until <date>',
      'when the last day ends (ISO 8601); with --seed, repeats a run exactly, even on the same service (now)',
    )
    .option('--agents <n>', 'agents', '200')
    .option('--days <n>', 'days', '1')
    .option('--no-contacts', 'statuses only: no contacts and no personnel directory')
    .optionsGroup('How:')
    .option('--pace <n>', 'events per second (as fast as possible)')
    .option('--connections <n>', 'posts under way at once', '32')
    .option('--lost <fraction>', 'events that are never sent, 0 to 1', '0.01')
    .option('--repeated <fraction>', 'events that are sent twice', '0.02')
    .option('--reordered <fraction>', 'events that are sent before or after their turn', '0.05')
    .option('--late <fraction>', 'events that are sent much later', '0.01')
    .option('--contradicted <fraction>', 'enters that are sent together with one of another state', '0.005')
    .option('--deadline <seconds>', 'the longest wait for the answers to catch up', '120')
    .option('--json', 'the verdict as JSON on standard output, everything else on standard error');
}

const DAY = 86_400_000;
const MAX_AGE_DAYS = 399;

/**
 * Reads the command line.
 *
 * @param now milliseconds since the Unix epoch.
 * @param environment has the key if no option has it.
 * @throws {UsageError} naming all faults at once.
 */
export function parseOptions(
  args: readonly string[],
  now: number,
  environment: Readonly<Record<string, string | undefined>> = {},
): SimulatorOptions {
  const values = optionsOf(args);

  const reader = new OptionReader(values);
  const seed =
    reader.matching('seed', /^[\w.-]{1,64}$/, 'letters, digits, ".", "_" and "-", 64 at most') ??
    String(randomInt(1_000_000));
  const systemId = reader.matching('system', /^\S(.{0,254}\S)?$/u, 'a name of 256 characters at most');
  const url = reader.url('url');
  const options: SimulatorOptions = {
    url,
    queryUrl: values.queryUrl === undefined ? url : reader.url('queryUrl'),
    apiKey: values.apiKey ?? (environment['STATUSLEDGER_API_KEY'] || undefined),
    seed,
    systemId: systemId ?? `sim-${seed}`,
    agents: reader.integer('agents', 1, 100_000),
    days: reader.integer('days', 1, MAX_AGE_DAYS),
    contacts: values.contacts,
    timeZone: reader.timeZone('timeZone'),
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

/** Reads typed values, and collects the faults of all of them. */
class OptionReader {
  private readonly faults: string[] = [];

  constructor(private readonly values: Values) {}

  number(name: OptionName, min: number, max: number): number {
    const text = this.values[name]!;
    const value = text.trim() === '' ? NaN : Number(text);
    if (!(value >= min && value <= max))
      this.fault(`${flag(name)} must be a number from ${min} to ${max}, not "${text}"`);
    return value;
  }

  integer(name: OptionName, min: number, max: number): number {
    const value = this.number(name, min, max);
    if (!Number.isNaN(value) && !Number.isInteger(value))
      this.fault(`${flag(name)} must be a whole number, not ${value}`);
    return value;
  }

  url(name: OptionName): URL {
    const text = this.values[name]!;
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
    this.fault(`${flag(name)} must be an http or https URL, not "${text}"`);
    return new URL('http://invalid.invalid');
  }

  date(name: OptionName, latest: number): number {
    const text = this.values[name]!;
    const value = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : NaN;
    if (Number.isNaN(value))
      this.fault(`${flag(name)} must be a date like 2020-01-31T08:00:00Z, not "${text}"`);
    if (value > latest) this.fault(`${flag(name)} must not be in the future`);
    return wholeSecond(value);
  }

  timeZone(name: OptionName): string {
    const zone = this.values[name]!;
    try {
      new Intl.DateTimeFormat('en-US', { timeZone: zone });
    } catch {
      this.fault(`${flag(name)} must be the name of a time zone like Europe/Berlin, not "${zone}"`);
    }
    return zone;
  }

  matching(name: OptionName, pattern: RegExp, description: string): string | undefined {
    const text: string | undefined = this.values[name];
    if (text !== undefined && !pattern.test(text))
      this.fault(`${flag(name)} must be ${description}, not "${text}"`);
    return text;
  }

  fault(message: string): void {
    this.faults.push(message);
  }

  throwFaults(): void {
    if (this.faults.length > 0) throw new UsageError(this.faults.join('\n'));
  }
}

/** As users write it. */
function flag(name: OptionName): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
