import { wallClock } from '#telemetry';
import {
  BulkIngestion,
  ingestLines,
  NO_COUNTS,
  type BulkCounts,
  type Ingestion,
  type LineValidator,
  type ValidationResult,
  BEGINNING,
  EACH_LINE_FEED,
  LineSplitter,
  type Position,
  type RawBody,
} from '#ingestion';
import { CsvBorders } from './csv.js';
import { csvValidator, readHeader } from './csv-validator.js';
import type { ImportFile } from './import-options.js';
import { ProgressFile, type ImportProgress } from './import-progress.js';
import { openSource, type ImportSource } from './import-source.js';

/** What imports write with. */
export interface ImportParts {
  readonly ingestion: Ingestion;
  readonly judge: LineValidator;
}

/** A file that can be imported, as far as can be told without reading it all. */
export interface PreparedImport {
  readonly source: ImportSource;
  /** What an earlier run has done of it. */
  readonly before: ImportProgress | undefined;
  readonly progressFile: ProgressFile | undefined;
  /** Where the lines begin. */
  readonly begin: Position;
  /** How its lines are told apart. */
  splitter(from: Position): LineSplitter;
  judgeWith(judge: LineValidator): (line: RawBody) => ValidationResult;
}

/** What became of a file. */
export interface ImportResult {
  readonly name: string;
  /** Of all its lines, those of earlier runs included. */
  readonly counts: BulkCounts;
  /** Lines that this run has read. */
  readonly lines: number;
  readonly seconds: number;
  /** The line at which this run went on, if an earlier one was broken off. */
  readonly wentOnAt?: number;
  /** When an earlier run had finished it, if one had. */
  readonly finishedBefore?: string;
}

/** @throws ImportError if it cannot be imported. */
export async function prepareImport(
  { path, format }: ImportFile,
  { dataDirectory, again }: { readonly dataDirectory: string; readonly again: boolean },
): Promise<PreparedImport> {
  const source = await openSource(path);
  const progressFile = ProgressFile.of(dataDirectory, source, format);
  const before = again ? undefined : await progressFile?.load();
  if (format === 'ndjson') {
    const splitter = (from: Position) => new LineSplitter(EACH_LINE_FEED, from);
    const judgeWith = (judge: LineValidator) => (line: RawBody) => judge.validate(line);
    return { source, before, progressFile, begin: BEGINNING, splitter, judgeWith };
  }
  const { columns, end } = readHeader(source);
  const splitter = (from: Position) => new LineSplitter(new CsvBorders(), from);
  const judgeWith = (judge: LineValidator) => csvValidator(judge, columns);
  return { source, before, progressFile, begin: end, splitter, judgeWith };
}

/**
 * Imports what is left of a file; resolves once it is durable, and with it that it is.
 *
 * @param onProgress is told how many bytes are durable.
 */
export async function runImport(
  prepared: PreparedImport,
  { ingestion, judge }: ImportParts,
  onProgress: (bytes: number) => void,
): Promise<ImportResult> {
  const { source, before, progressFile } = prepared;
  const { name } = source;
  const counts = before?.counts ?? NO_COUNTS;
  if (before?.finishedAt !== undefined) {
    return { name, counts, lines: 0, seconds: 0, finishedBefore: before.finishedAt };
  }
  let position = before?.position ?? prepared.begin;
  const wentOn = before === undefined ? {} : { wentOnAt: position.line };
  const startedAt = performance.now();
  const bulk = new BulkIngestion(
    ingestion,
    {
      remoteAddress: '',
      nameOf: (line) => `${name}, line ${line}`,
      onDurable: async (durable, countsNow) => {
        position = durable;
        await progressFile?.save({ position, counts: countsNow });
        onProgress(position.offset);
      },
    },
    counts,
  );
  const chunks = source.chunksFrom(position.offset);
  await ingestLines(chunks, prepared.splitter(position), prepared.judgeWith(judge), bulk);
  await progressFile?.save({
    position,
    counts: bulk.counts,
    finishedAt: new Date(wallClock()).toISOString(),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  return { name, counts: bulk.counts, lines: bulk.received, seconds, ...wentOn };
}
