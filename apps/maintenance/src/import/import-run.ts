import { wallClock } from '#telemetry';
import {
  BulkIngestion,
  ingestLines,
  totalOf,
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
  /** Once it aborts, the import makes the lines that it has read durable, and rejects with its reason. */
  readonly signal: AbortSignal;
}

/** A file that can be imported, as far as its beginning shows. */
export interface PreparedImport {
  readonly source: ImportSource;
  /** How far an earlier run came. */
  readonly before: ImportProgress | undefined;
  readonly progressFile: ProgressFile | undefined;
  /** Where the lines begin. */
  readonly begin: Position;
  /** Splits it into lines. */
  splitter(from: Position): LineSplitter;
  judgeWith(judge: LineValidator): (line: RawBody) => ValidationResult;
}

/** The outcome of the import of a file. */
export interface ImportResult {
  readonly name: string;
  /** Of all its lines, those of earlier runs included. */
  readonly counts: BulkCounts;
  /** Lines that this run has read. */
  readonly lines: number;
  readonly seconds: number;
  /** The line at which this run continued an earlier one that was interrupted. */
  readonly continuedAt?: number;
  /** When an earlier run had finished it, if one had. */
  readonly finishedBefore?: string;
}

/** @throws ImportError if the file cannot be imported. */
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
 * Imports the rest of a file; resolves once the rest is durable, and so is the fact that it is.
 *
 * @param onProgress gets how many bytes and lines are durable, those of earlier runs included.
 */
export async function runImport(
  prepared: PreparedImport,
  { ingestion, judge, signal }: ImportParts,
  onProgress: (bytes: number, lines: number) => void,
): Promise<ImportResult> {
  const { source, before, progressFile } = prepared;
  const { name } = source;
  const counts = before?.counts ?? NO_COUNTS;
  if (before?.finishedAt !== undefined) {
    return { name, counts, lines: 0, seconds: 0, finishedBefore: before.finishedAt };
  }
  let position = before?.position ?? prepared.begin;
  const continued = before === undefined ? {} : { continuedAt: position.line };
  const startedAt = performance.now();
  const bulk = new BulkIngestion(
    ingestion,
    {
      remoteAddress: '',
      nameOf: (line) => `${name}, line ${line}`,
      onDurable: async (durable, countsNow) => {
        position = durable;
        await progressFile?.save({ position, counts: countsNow });
        onProgress(position.offset, totalOf(countsNow.accepted) + totalOf(countsNow.deadLettered));
      },
    },
    counts,
  );
  const chunks = untilAborted(source.chunksFrom(position.offset), signal);
  try {
    await ingestLines(chunks, prepared.splitter(position), prepared.judgeWith(judge), bulk);
  } catch (error) {
    if (signal.aborted && error === signal.reason) await bulk.finish();
    throw error;
  }
  await progressFile?.save({
    position,
    counts: bulk.counts,
    finishedAt: new Date(wallClock()).toISOString(),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  return { name, counts: bulk.counts, lines: bulk.received, seconds, ...continued };
}

/** The same chunks; rejects with the signal's reason once it aborts, also while no chunk arrives. */
async function* untilAborted<Chunk>(
  chunks: AsyncIterable<Chunk>,
  signal: AbortSignal,
): AsyncGenerator<Chunk> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  aborted.catch(() => undefined);
  const iterator = chunks[Symbol.asyncIterator]();
  for (;;) {
    signal.throwIfAborted();
    const next = await Promise.race([iterator.next(), aborted]);
    if (next.done === true) return;
    yield next.value;
  }
}
