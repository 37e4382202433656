import { randomBytes } from 'node:crypto';
import {
  MAX_RANGE_NUMBERS,
  MAX_REPORTED_RANGES,
  producerIdAt,
  type NumberRange,
  type RecordOrigin,
} from '#event-log';
import { wallClock } from '#telemetry';

/** How many systems have a sequence at a time; an evicted one starts over under another producer id. */
export const MAX_SEQUENCED_SYSTEMS = 10_000;
/** How many rejected ranges of a system may wait to be reported; with more, its sequence starts over. */
export const MAX_UNREPORTED_RANGES = 1_000;

/**
 * Numbers what this process accepts from each system, so that the other end of the log can check that all of it
 * arrived. A number is taken just before its record is appended, and decided once the log has answered.
 */
export class ProducerSequence {
  private readonly sequences = new Map<string, Sequence>();
  private producerId: string;

  /** @param newId returns an id that no producer has had. */
  constructor(private readonly newId: () => string = newProducerId) {
    this.producerId = newId();
  }

  take(systemId: string): SequencedRecord {
    let sequence = this.sequences.get(systemId);
    if (sequence === undefined || sequence.isCrowded) sequence = this.begin(systemId);
    return sequence.take();
  }

  /** A system must not get the same numbers under one id twice, so sequences that start from now on have another. */
  private begin(systemId: string): Sequence {
    const { sequences } = this;
    const isFull = sequences.size >= MAX_SEQUENCED_SYSTEMS;
    if (sequences.delete(systemId) || isFull) this.producerId = this.newId();
    if (isFull)
      for (const [oldest] of sequences) if (sequences.size >= MAX_SEQUENCED_SYSTEMS) sequences.delete(oldest);
    const sequence = new Sequence(this.producerId);
    sequences.set(systemId, sequence);
    return sequence;
  }
}

/** A record's place in the sequence of its system. */
export class SequencedRecord {
  constructor(
    readonly origin: RecordOrigin,
    private readonly sequence: Sequence,
  ) {}

  /** The log has the record. */
  acknowledge(): void {
    this.sequence.acknowledge(this.origin);
  }

  /** The log may or may not have the record, but its sender is answered that it does not. */
  reject(): void {
    this.sequence.reject(this.origin.sequence);
  }
}

const NOTHING_REJECTED: readonly NumberRange[] = [];

/** The numbers of one system. */
class Sequence {
  private last = 0;
  /** Every number up to here is decided. */
  private lowWatermark = 0;
  /** The decided numbers beyond it. */
  private readonly ahead = new Set<number>();
  /** Rejected ranges that no acknowledged record reports, in ascending order. */
  private unreported: NumberRange[] = [];

  constructor(private readonly producerId: string) {}

  get isCrowded(): boolean {
    return this.unreported.length > MAX_UNREPORTED_RANGES;
  }

  take(): SequencedRecord {
    const { producerId, unreported } = this;
    const rejected = unreported.length === 0 ? NOTHING_REJECTED : unreported.slice(0, MAX_REPORTED_RANGES);
    const firstLeftOut = unreported[rejected.length]?.[0] ?? Infinity;
    const lowWatermark = Math.min(this.lowWatermark, firstLeftOut - 1);
    return new SequencedRecord({ producerId, sequence: ++this.last, lowWatermark, rejected }, this);
  }

  acknowledge({ sequence, rejected }: RecordOrigin): void {
    this.decide(sequence);
    if (rejected.length > 0) this.unreported = this.unreported.filter((range) => !rejected.includes(range));
  }

  reject(sequence: number): void {
    this.unreported = withNumber(this.unreported, sequence);
    this.decide(sequence);
  }

  private decide(sequence: number): void {
    if (sequence !== this.lowWatermark + 1) {
      this.ahead.add(sequence);
      return;
    }
    this.lowWatermark++;
    while (this.ahead.delete(this.lowWatermark + 1)) this.lowWatermark++;
  }
}

/**
 * Adds a number. A range that grows becomes a new one: even if it was reported before, it is reported again in full.
 */
function withNumber(ranges: readonly NumberRange[], number: number): NumberRange[] {
  let place = ranges.length;
  while (place > 0 && ranges[place - 1]![0] > number) place--;
  const [before, after] = [ranges[place - 1], ranges[place]];
  const joinsBefore = before !== undefined && before[1] === number - 1 && hasRoom(before, number);
  const from = joinsBefore ? before[0] : number;
  const joinsAfter = after !== undefined && after[0] === number + 1 && hasRoom(after, from);
  const joined: NumberRange = [from, joinsAfter ? after[1] : number];
  return [
    ...ranges.slice(0, joinsBefore ? place - 1 : place),
    joined,
    ...ranges.slice(joinsAfter ? place + 1 : place),
  ];
}

function hasRoom([from, to]: NumberRange, other: number): boolean {
  return Math.max(to, other) - Math.min(from, other) < MAX_RANGE_NUMBERS;
}

function newProducerId(): string {
  return producerIdAt(wallClock(), randomBytes(4).readUInt32BE());
}
