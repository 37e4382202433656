import { extname } from 'node:path';
import { parseArgs } from 'node:util';

export const FORMATS = ['ndjson', 'csv'] as const;
export type ImportFormat = (typeof FORMATS)[number];

/** The file name that means standard input. */
export const STANDARD_INPUT = '-';

export interface ImportFile {
  /** Its path, or {@link STANDARD_INPUT}. */
  readonly path: string;
  readonly format: ImportFormat;
}

export interface ImportOptions {
  readonly files: readonly ImportFile[];
  /** Whether what was imported before is imported again. */
  readonly again: boolean;
}

export const USAGE = `Usage: npm run import -- [options] FILE...

Puts status and contact events from files into the event log, while the service runs or while it is stopped. Every line
is judged as if it were sent to the service by itself; a line with a contactId is a contact event, any other a status
event. What is not accepted becomes a dead letter that names its file and line.

  FILE               .ndjson or .jsonl: a JSON object in each line
                     .csv: a header row with the names of the parameters, then an event in each row
                     -: standard input, which cannot be gone on with after a break
  --format FORMAT    ndjson or csv, whatever the files are called
  --again            import files again that were imported before, or anew if it was broken off
  --help             this text

An import that was broken off goes on where it was when the same command is run again; a file that was imported already
is left alone. The settings are those of the service: DATA_DIR, RETENTION_DAYS, MAX_CLOCK_SKEW_SECONDS.

Exits with 0 if every line was accepted, 1 if it could not finish, 2 on bad options, 3 if it finished and some lines are
dead letters.
`;

/** Thrown for options that cannot be understood; the message names every fault. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const OPTIONS = {
  format: { type: 'string' },
  again: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const FORMAT_OF_EXTENSION: Readonly<Record<string, ImportFormat>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.csv': 'csv',
};

/**
 * Reads the command line.
 *
 * @returns `'help'` if that is what was asked for.
 * @throws {UsageError} naming all faults at once.
 */
export function parseOptions(args: readonly string[]): ImportOptions | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const faults: string[] = [];
  const format = FORMATS.find((known) => known === values.format);
  if (values.format !== undefined && format === undefined) {
    faults.push(`--format must be ndjson or csv, not "${values.format}"`);
  }
  if (positionals.length === 0) faults.push('there is no file to import');
  for (const path of new Set(positionals)) {
    if (positionals.indexOf(path) !== positionals.lastIndexOf(path)) faults.push(`${path} is given twice`);
  }
  const files = positionals.map((path) => ({ path, format: format ?? formatOf(path) }));
  if (values.format === undefined) faults.push(...files.flatMap(formatFault));
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return { files: files as ImportFile[], again: values.again };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function formatOf(path: string): ImportFormat | undefined {
  return FORMAT_OF_EXTENSION[extname(path).toLowerCase()];
}

function formatFault({ path, format }: { path: string; format: ImportFormat | undefined }): string[] {
  if (format !== undefined) return [];
  if (path === STANDARD_INPUT) return ['say with --format whether standard input is ndjson or csv'];
  return [
    `${path} is of no known format (.ndjson, .jsonl, .csv): say which with --format ndjson or --format csv`,
  ];
}
