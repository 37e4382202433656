import { randomBytes } from 'node:crypto';
import {
  MAX_RANGE_NUMBERS,
  MAX_REPORTED_RANGES,
  producerIdAt,
  type NumberRange,
  type RecordOrigin,
} from '#event-log';
import { wallClock } from '#telemetry';

/** Systems that are numbered side by side; one that is forgotten begins anew, as if by another receiver. */
export const MAX_SEQUENCED_SYSTEMS = 10_000;
/** Ranges of refused numbers that wait to be told; with more of them, the system's numbers begin anew. */
export const MAX_UNREPORTED_RANGES = 1_000;

/**
 * Numbers what this receiver takes of each system, so that it can be told later whether all of it arrived. A number
 * is taken when its record is about to be appended, and decided when the log has answered.
 */
export class ProducerSequence {
  private readonly sequences = new Map<string, Sequence>();
  private producerId: string;

  /** @param newId makes a receiver's id. */
  constructor(private readonly newId: () => string = newProducerId) {
    this.producerId = newId();
  }

  take(systemId: string): SequencedRecord {
    let sequence = this.sequences.get(systemId);
    if (sequence === undefined || sequence.isCrowded) sequence = this.begin(systemId);
    return sequence.take();
  }

  /** No system has the same numbers of one id twice: from now on, whatever begins does so under another. */
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

/** A number that was taken. */
export class SequencedRecord {
  constructor(
    readonly origin: RecordOrigin,
    private readonly sequence: Sequence,
  ) {}

  /** The log has it. */
  acknowledge(): void {
    this.sequence.kept(this.origin);
  }

  /** The log may or may not have it: its sender is told that it does not. */
  reject(): void {
    this.sequence.failed(this.origin.sequence);
  }
}

const NOTHING_FAILED: readonly NumberRange[] = [];

/** The numbers of one system. */
class Sequence {
  private last = 0;
  /** All up to here are decided. */
  private settled = 0;
  /** Those beyond that are decided. */
  private readonly ahead = new Set<number>();
  /** Refused numbers that no record in the log is known to tell, in ascending order. */
  private untold: NumberRange[] = [];

  constructor(private readonly receiver: string) {}

  get isCrowded(): boolean {
    return this.untold.length > MAX_UNREPORTED_RANGES;
  }

  take(): SequencedRecord {
    const failed = this.untold.length === 0 ? NOTHING_FAILED : this.untold.slice(0, MAX_REPORTED_RANGES);
    const firstNotTold = this.untold[failed.length]?.[0] ?? Infinity;
    const settled = Math.min(this.settled, firstNotTold - 1);
    return new SequencedRecord(
      { producerId: this.receiver, sequence: ++this.last, lowWatermark: settled, rejected: failed },
      this,
    );
  }

  kept({ sequence: number, rejected: failed }: RecordOrigin): void {
    this.decide(number);
    if (failed.length > 0) this.untold = this.untold.filter((range) => !failed.includes(range));
  }

  failed(number: number): void {
    this.untold = withNumber(this.untold, number);
    this.decide(number);
  }

  private decide(number: number): void {
    if (number !== this.settled + 1) {
      this.ahead.add(number);
      return;
    }
    this.settled++;
    while (this.ahead.delete(this.settled + 1)) this.settled++;
  }
}

/** The ranges with one number more. What has changed is a new range: one that was told before is told again as a whole. */
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
