import { Presets, SingleBar } from 'cli-progress';
import { eventLogSettings, timeLimits, readSettings, SettingsError, type Settings } from '#edge/settings';
import { createEventLog, LogDamagedError, LogReplacedError, LogUnavailableError } from '#event-log';
import { createMetrics, wallClock } from '#telemetry';
import { totalOf, Ingestion, EventValidator, LineValidator } from '#ingestion';
import { parseOptions, USAGE, UsageError, type ImportOptions } from './import/import-options.js';
import { reportOf } from './import/import-report.js';
import {
  prepareImport,
  runImport,
  type ImportParts,
  type ImportResult,
  type PreparedImport,
} from './import/import-run.js';
import { ImportError } from './import/import-source.js';

const EXIT_ACCEPTED = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_DEAD_LETTERS = 3;

/** Puts events from files into the event log. */
async function run(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === 'help') {
    process.stdout.write(USAGE);
    return EXIT_ACCEPTED;
  }
  const settings = readSettings(process.env);
  const prepared = await prepareAll(options, settings);
  const log = createEventLog(eventLogSettings(settings));
  try {
    const ingestion = new Ingestion(log, createMetrics(), wallClock);
    const judge = new LineValidator(new EventValidator(timeLimits(settings), wallClock), wallClock);
    return await importAll(prepared, { ingestion, judge });
  } finally {
    await log.close();
  }
}

/** Nothing is imported before it is known that everything can be. */
async function prepareAll(options: ImportOptions, settings: Settings): Promise<PreparedImport[]> {
  const prepared: PreparedImport[] = [];
  for (const file of options.files) {
    prepared.push(await prepareImport(file, { dataDirectory: settings.DATA_DIR, again: options.again }));
  }
  return prepared;
}

async function importAll(all: readonly PreparedImport[], parts: ImportParts): Promise<number> {
  let code = EXIT_ACCEPTED;
  for (const prepared of all) {
    const result = await importOne(prepared, parts);
    process.stdout.write(reportOf(result));
    if (totalOf(result.counts.deadLettered) > 0) code = EXIT_DEAD_LETTERS;
  }
  return code;
}

async function importOne(prepared: PreparedImport, parts: ImportParts): Promise<ImportResult> {
  const { identity, name } = prepared.source;
  if (identity === undefined) return runImport(prepared, parts, () => undefined);
  const bar = new SingleBar(
    { format: `${name} {bar} {percentage}% | {value}/{total} bytes | {eta_formatted} left` },
    Presets.shades_classic,
  );
  bar.start(identity.size, prepared.before?.position.offset ?? 0);
  try {
    return await runImport(prepared, parts, (bytes) => bar.update(bytes));
  } finally {
    bar.stop();
  }
}

function failure(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nTry: npm run import -- --help\n`);
    return EXIT_USAGE;
  }
  process.stderr.write(`${explain(error)}\n`);
  return EXIT_FAILED;
}

function explain(error: unknown): string {
  const isTold = [ImportError, SettingsError, LogDamagedError, LogReplacedError].some(
    (type) => error instanceof type,
  );
  if (isTold) return (error as Error).message;
  if (error instanceof LogUnavailableError) {
    return `${error.message}\nThe same command goes on from here once the event log can be written.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exitCode = await run(process.argv.slice(2)).catch(failure);
