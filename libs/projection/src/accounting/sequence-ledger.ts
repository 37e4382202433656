import type { NumberRange, RecordOrigin } from '#event-log';
import { RECEIPT_BLOCK_NUMBERS, type ReceiptRow } from '#store';

/** What became of a record. */
export type Outcome = 'stored' | 'repeats' | 'deadLettered';

const WORDS = RECEIPT_BLOCK_NUMBERS / 32;

/**
 * Gathers which numbers of which receivers were found in the log, and what became of them. All of it is facts that add up
 * to the same sets whatever the order and the repetition in which they are told.
 */
export class SequenceLedger {
  private readonly blocks = new Map<string, Block>();
  private last: Block | undefined;
  private readonly rangesSeen = new Set<string>();

  /** @param receivedAt in milliseconds since the Unix epoch. */
  add(systemId: string, origin: RecordOrigin, receivedAt: number, outcome: Outcome): void {
    const { producerId: receiver, sequence: number, lowWatermark: settled, rejected: failed } = origin;
    const block = this.block(systemId, receiver, Math.floor(number / RECEIPT_BLOCK_NUMBERS), receivedAt);
    block.set(outcome, number % RECEIPT_BLOCK_NUMBERS);
    if (settled > block.settled) block.settled = settled;
    if (receivedAt > block.lastReceived) block.lastReceived = receivedAt;
    for (const range of failed) this.addFailed(systemId, receiver, range, receivedAt);
  }

  rows(): ReceiptRow[] {
    return [...this.blocks.values()].map((block) => block.row());
  }

  private addFailed(systemId: string, receiver: string, [from, to]: NumberRange, receivedAt: number): void {
    const name = `${receiver} ${from} ${to} ${systemId}`;
    if (this.rangesSeen.has(name)) return;
    this.rangesSeen.add(name);
    for (let at = from; at <= to;) {
      const index = Math.floor(at / RECEIPT_BLOCK_NUMBERS);
      const last = Math.min(to, (index + 1) * RECEIPT_BLOCK_NUMBERS - 1);
      const first = at - index * RECEIPT_BLOCK_NUMBERS;
      this.block(systemId, receiver, index, receivedAt).failed |= ones(last - at + 1) << BigInt(first);
      at = last + 1;
    }
  }

  private block(systemId: string, receiver: string, index: number, receivedAt: number): Block {
    // Most records are neighbours of the one before; to make a key costs more than to look.
    if (this.last?.is(systemId, receiver, index)) return this.last;
    const key = `${receiver} ${index} ${systemId}`;
    let block = this.blocks.get(key);
    if (block === undefined) this.blocks.set(key, (block = new Block(systemId, receiver, index, receivedAt)));
    return (this.last = block);
  }
}

class Block {
  settled = 0;
  failed = 0n;
  private readonly sets: Partial<Record<Outcome, Uint32Array>> = {};

  constructor(
    private readonly systemId: string,
    private readonly receiver: string,
    private readonly index: number,
    public lastReceived: number,
  ) {}

  is(systemId: string, receiver: string, index: number): boolean {
    return this.index === index && this.receiver === receiver && this.systemId === systemId;
  }

  set(outcome: Outcome, bit: number): void {
    const words = (this.sets[outcome] ??= new Uint32Array(WORDS));
    words[bit >>> 5]! |= 1 << (bit & 31);
  }

  row(): ReceiptRow {
    const { systemId, receiver, index, settled, failed, lastReceived, sets } = this;
    return {
      systemId,
      receiver,
      block: index,
      stored: setOf(sets.stored),
      repeats: setOf(sets.repeats),
      deadLettered: setOf(sets.deadLettered),
      failed,
      settled,
      lastReceived,
    };
  }
}

function setOf(words: Uint32Array | undefined): bigint {
  return words === undefined ? 0n : [...words].reduceRight((bits, word) => (bits << 32n) | BigInt(word), 0n);
}

function ones(count: number): bigint {
  return (1n << BigInt(count)) - 1n;
}
