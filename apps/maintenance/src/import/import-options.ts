import { extname } from 'node:path';
import { createCommand, parseArguments, UsageError } from '#command';

/** How users start the command. */
export const INVOCATION = 'npm run import --';

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

const FORMAT_OF_EXTENSION: Readonly<Record<string, ImportFormat>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.csv': 'csv',
};

/**
 * Reads the command line.
 *
 * @throws UsageError naming all faults at once.
 */
export function parseImportOptions(args: readonly string[]): ImportOptions {
  const { options, operands } = parseArguments(commandLine(), args);
  const paths = operands[0];
  const faults: string[] = [];
  const format = FORMATS.find((known) => known === options.format);
  if (options.format !== undefined && format === undefined) {
    faults.push(`--format must be ndjson or csv, not "${options.format}"`);
  }
  if (paths.length === 0) faults.push('there is no file to import');
  for (const path of new Set(paths)) {
    if (paths.indexOf(path) !== paths.lastIndexOf(path)) faults.push(`${path} is given twice`);
  }
  const files = paths.map((path) => ({ path, format: format ?? formatOf(path) }));
  if (options.format === undefined) faults.push(...files.flatMap(formatFault));
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return { files: files as ImportFile[], again: options.again ?? false };
}

function commandLine() {
  return createCommand({
    invocation: INVOCATION,
    summary: `
Puts status and contact events from files into the event log, whether the service runs or not. Every line is validated
as if it were sent to the service by itself; a line with a contactId is a contact event, any other a status event. A
line that is not accepted becomes a dead letter that names its file and line.`,
    notes: `
An import that was interrupted continues where it stopped when the same command is run again; a file that was imported
already is skipped. The settings are those of the service: DATA_DIR, RETENTION_DAYS, MAX_CLOCK_SKEW_SECONDS.`,
    sections: {
      'Files:': {
        '.ndjson, .jsonl': 'a JSON object in each line',
        '.csv': 'a header row with the names of the parameters, then an event in each row',
        '-': 'standard input, which cannot be continued after an interruption',
      },
      'Exit codes:': {
        '0': 'every line was accepted',
        '1': 'the import could not finish',
        '2': 'the command line is wrong',
        '3': 'the import finished, and some lines are dead letters',
        '130': 'interrupted',
      },
    },
  })
    .argument('[files...]', 'the files to import')
    .option('--format <format>', 'ndjson or csv, whatever the files are called')
    .option(
      '--again',
      'import files that were imported before once more, or from their beginning if interrupted',
    );
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
