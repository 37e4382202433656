import { Topic } from '#event-log';
import type { Entry, Ingestion } from './ingestion.js';
import type { ValidationResult } from '../validation/line-validator.js';
import type { Line, LineSplitter, Position } from '../parsing/line-splitter.js';
import type { RawBody } from '../parsing/raw-body.js';
import type { Rejection } from '../rejections/rejection.js';

/** The most lines in a batch. */
export const MAX_BATCH_LINES = 1_000;
/** A batch is appended as soon as its lines add up to this many bytes. */
export const MAX_BATCH_BYTES = 1024 * 1024;
/** The most batches of one input that are being appended at a time; at that many, reading pauses. */
export const MAX_BATCHES_UNDER_WAY = 3;

/** The outcomes of lines. */
export interface BulkCounts {
  /** By the type of the event. */
  readonly accepted: Readonly<Record<string, number>>;
  /** By reason. */
  readonly deadLettered: Readonly<Record<string, number>>;
}

export const NO_COUNTS: BulkCounts = { accepted: {}, deadLettered: {} };

/** Where lines come from, and the callbacks about their outcomes. */
export interface BulkSource {
  readonly remoteAddress: string;
  /** How the message of a dead letter names its line. */
  nameOf(line: number): string;
  onRejected?(line: number, rejection: Rejection): void;
  /** All lines before `position` are durable. Later ones are not reported until it resolves. */
  onDurable?(position: Position, counts: BulkCounts): Promise<void>;
}

/**
 * Writes validated lines to the log in batches, a few at a time. Lines that arrive while no batch is under way are
 * sent at once; those that arrive meanwhile share the next batch, so that under load they share the cost of a flush.
 */
export class BulkIngestion {
  private batch = new Batch();
  private readonly underWay: Promise<void>[] = [];
  private newest: Promise<void> = Promise.resolve();
  private readonly failing = new AbortController();
  private taken = 0;
  private durable: BulkCounts;

  /** @param before the outcomes of earlier lines of the same input. */
  constructor(
    private readonly ingestion: Ingestion,
    private readonly source: BulkSource,
    before: BulkCounts = NO_COUNTS,
  ) {
    this.durable = before;
  }

  /** The number of lines added. */
  get received(): number {
    return this.taken;
  }

  /** The outcomes of the lines that are durable. */
  get counts(): BulkCounts {
    return this.durable;
  }

  /** Adds a line. Await {@link room} before the next. */
  add(line: Line, result: ValidationResult): void {
    this.taken++;
    if ('rejection' in result) this.source.onRejected?.(line.number, result.rejection);
    this.batch.add(this.entryOf(line, result), line);
    if (this.batch.isFull) this.send();
  }

  /** Aborted, with the error as its reason, when an added line cannot be made durable. */
  get failed(): AbortSignal {
    return this.failing.signal;
  }

  /** Whether {@link room} would resolve at once. */
  get hasRoom(): boolean {
    return !this.failed.aborted && this.underWay.length < MAX_BATCHES_UNDER_WAY;
  }

  /** Resolves when more may be added; rejects with `LogUnavailableError` if an added line cannot be made durable. */
  async room(): Promise<void> {
    while (!this.hasRoom) {
      this.failed.throwIfAborted();
      await this.underWay[0];
    }
  }

  /** Sends what was added, unless a batch is under way: for now there is nothing more to add. */
  pause(): void {
    if (this.underWay.length === 0) this.send();
  }

  /** Resolves once everything is durable; rejects like {@link room}. */
  async finish(): Promise<void> {
    this.send();
    await this.newest;
  }

  private entryOf({ number, raw }: Line, result: ValidationResult): Entry {
    if (!('rejection' in result)) return result;
    const { type, systemId, rejection } = result;
    return this.ingestion.deadLetter({
      type,
      systemId,
      rejection: { ...rejection, message: `${this.source.nameOf(number)}: ${rejection.message}` },
      body: raw.bytes,
      bodyBytes: raw.size,
      remoteAddress: this.source.remoteAddress,
    });
  }

  private send(): void {
    const { batch } = this;
    if (batch.end === undefined) return;
    this.batch = new Batch();
    const completion = this.complete(batch, batch.end, this.newest);
    this.newest = completion;
    this.underWay.push(completion);
    completion
      .catch((error: unknown) => this.failing.abort(error))
      .finally(() => this.underWay.shift())
      .catch(() => undefined);
  }

  /** Batches are appended side by side, and reported as durable one after another. */
  private async complete(batch: Batch, end: Position, before: Promise<void>): Promise<void> {
    const [written] = await Promise.allSettled([this.ingestion.writeAll(batch.entries), before]);
    await before;
    if (written.status === 'rejected') throw written.reason;
    this.durable = sumOf(this.durable, batch.counts());
    await this.source.onDurable?.(end, this.durable);
  }
}

class Batch {
  readonly entries: Entry[] = [];
  end: Position | undefined;
  private bytes = 0;

  add(entry: Entry, { raw, end }: Line): void {
    this.entries.push(entry);
    this.bytes += raw.bytes.length;
    this.end = end;
  }

  get isFull(): boolean {
    return this.entries.length >= MAX_BATCH_LINES || this.bytes >= MAX_BATCH_BYTES;
  }

  counts(): BulkCounts {
    const counts = { accepted: {}, deadLettered: {} };
    for (const { type, topic, reason } of this.entries) {
      if (topic === Topic.deadLetter) increment(counts.deadLettered, reason!);
      else increment(counts.accepted, type);
    }
    return counts;
  }
}

/** Validates and writes all lines of the chunks; resolves once they are durable. Errors of the chunks are passed on. */
export async function ingestLines(
  chunks: AsyncIterable<Buffer>,
  splitter: LineSplitter,
  validate: (line: RawBody) => ValidationResult,
  bulk: BulkIngestion,
): Promise<void> {
  const take = async (lines: readonly Line[]) => {
    for (const line of lines) {
      bulk.add(line, validate(line.raw));
      if (!bulk.hasRoom) await bulk.room();
    }
  };
  for await (const chunk of chunks) {
    await take(splitter.push(chunk));
    bulk.pause();
  }
  await take(splitter.end());
  await bulk.finish();
}

/** The sum of all counts. */
export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function increment(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

function sumOf(one: BulkCounts, other: BulkCounts): BulkCounts {
  const sum = { accepted: { ...one.accepted }, deadLettered: { ...one.deadLettered } };
  for (const [type, count] of Object.entries(other.accepted)) increment(sum.accepted, type, count);
  for (const [reason, count] of Object.entries(other.deadLettered))
    increment(sum.deadLettered, reason, count);
  return sum;
}
