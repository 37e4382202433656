import { ExitCode, runCommand, withProgress, type Interruption } from '#command';
import { eventLogSettings, timeLimits, readSettings, type Settings } from '#edge/settings';
import { createEventLog } from '#event-log';
import { createMetrics, wallClock } from '#telemetry';
import { totalOf, Ingestion, EventValidator, LineValidator } from '#ingestion';
import { INVOCATION, parseImportOptions, type ImportOptions } from './import/import-options.js';
import { reportOf } from './import/import-report.js';
import {
  prepareImport,
  runImport,
  type ImportParts,
  type ImportResult,
  type PreparedImport,
} from './import/import-run.js';

/** Puts events from files into the event log. */
async function run(options: ImportOptions, interruption: Interruption): Promise<ExitCode> {
  const settings = readSettings(process.env);
  const prepared = await prepareAll(options, settings);
  const log = createEventLog(eventLogSettings(settings));
  try {
    const ingestion = new Ingestion(log, createMetrics(), wallClock);
    const judge = new LineValidator(new EventValidator(timeLimits(settings), wallClock), wallClock);
    return await importAll(prepared, { ingestion, judge }, interruption);
  } finally {
    await log.close();
  }
}

/** Imports nothing until every file is known to be readable. */
async function prepareAll(options: ImportOptions, settings: Settings): Promise<PreparedImport[]> {
  const prepared: PreparedImport[] = [];
  for (const file of options.files) {
    prepared.push(await prepareImport(file, { dataDirectory: settings.DATA_DIR, again: options.again }));
  }
  return prepared;
}

async function importAll(
  all: readonly PreparedImport[],
  parts: Omit<ImportParts, 'signal'>,
  interruption: Interruption,
): Promise<ExitCode> {
  let code: ExitCode = ExitCode.done;
  const signal = interruption.stopGracefully();
  for (const prepared of all) {
    const result = await importOne(prepared, { ...parts, signal }, interruption);
    process.stdout.write(reportOf(result));
    if (totalOf(result.counts.deadLettered) > 0) code = ExitCode.rejected;
  }
  return code;
}

async function importOne(
  prepared: PreparedImport,
  parts: ImportParts,
  interruption: Interruption,
): Promise<ImportResult> {
  const { identity, name } = prepared.source;
  const resume = identity === undefined ? REPEATED_STREAM : RESUMED_FILE;
  let imported = 0;
  interruption.advice = () =>
    `${imported.toLocaleString('en-US')} lines of ${name} are in the event log. ${resume}`;
  return withProgress(name, 'bytes', (show) =>
    runImport(prepared, parts, (bytes, lines) => {
      imported = lines;
      if (identity !== undefined) show(bytes, identity.size);
    }),
  );
}

const RESUMED_FILE = 'Run the same command again, without --again: it continues from here.';
const REPEATED_STREAM =
  'Standard input has to be imported from its beginning; the service recognises repeated events.';

await runCommand({
  invocation: INVOCATION,
  environment: process.env,
  parse: parseImportOptions,
  run,
  advice: {
    LogUnavailableError:
      'Run the same command again once the event log is available: it continues from here.',
  },
});
