import type { NumberRange, RecordOrigin } from '#event-log';
import { RECEIPT_BLOCK_NUMBERS, type ReceiptRow } from '#store';

/** What became of a record. */
export type Outcome = 'stored' | 'repeats' | 'deadLettered';

const WORDS = RECEIPT_BLOCK_NUMBERS / 32;

/**
 * Records which producer sequence numbers were found in the log, and what became of them. Entries add up to the same sets
 * in whatever order, and however often, they are made.
 */
export class SequenceLedger {
  private readonly blocks = new Map<string, Block>();
  private last: Block | undefined;
  private readonly rangesSeen = new Set<string>();

  /** @param receivedAt in milliseconds since the Unix epoch. */
  add(systemId: string, origin: RecordOrigin, receivedAt: number, outcome: Outcome): void {
    const { producerId, sequence, lowWatermark, rejected } = origin;
    const index = Math.floor(sequence / RECEIPT_BLOCK_NUMBERS);
    const block = this.block(systemId, producerId, index, receivedAt);
    block.set(outcome, sequence % RECEIPT_BLOCK_NUMBERS);
    if (lowWatermark > block.lowWatermark) block.lowWatermark = lowWatermark;
    if (receivedAt > block.lastReceived) block.lastReceived = receivedAt;
    for (const range of rejected) this.addRejected(systemId, producerId, range, receivedAt);
  }

  rows(): ReceiptRow[] {
    return [...this.blocks.values()].map((block) => block.row());
  }

  private addRejected(
    systemId: string,
    producerId: string,
    [from, to]: NumberRange,
    receivedAt: number,
  ): void {
    const name = `${producerId} ${from} ${to} ${systemId}`;
    if (this.rangesSeen.has(name)) return;
    this.rangesSeen.add(name);
    for (let at = from; at <= to;) {
      const index = Math.floor(at / RECEIPT_BLOCK_NUMBERS);
      const last = Math.min(to, (index + 1) * RECEIPT_BLOCK_NUMBERS - 1);
      const first = at - index * RECEIPT_BLOCK_NUMBERS;
      this.block(systemId, producerId, index, receivedAt).rejected |= ones(last - at + 1) << BigInt(first);
      at = last + 1;
    }
  }

  private block(systemId: string, producerId: string, index: number, receivedAt: number): Block {
    // Most records are next to the one before, and comparing costs less than making a key.
    if (this.last?.is(systemId, producerId, index)) return this.last;
    const key = `${producerId} ${index} ${systemId}`;
    let block = this.blocks.get(key);
    if (block === undefined)
      this.blocks.set(key, (block = new Block(systemId, producerId, index, receivedAt)));
    return (this.last = block);
  }
}

class Block {
  lowWatermark = 0;
  rejected = 0n;
  private readonly sets: Partial<Record<Outcome, Uint32Array>> = {};

  constructor(
    private readonly systemId: string,
    private readonly producerId: string,
    private readonly index: number,
    public lastReceived: number,
  ) {}

  is(systemId: string, producerId: string, index: number): boolean {
    return this.index === index && this.producerId === producerId && this.systemId === systemId;
  }

  set(outcome: Outcome, bit: number): void {
    const words = (this.sets[outcome] ??= new Uint32Array(WORDS));
    words[bit >>> 5]! |= 1 << (bit & 31);
  }

  row(): ReceiptRow {
    const { systemId, producerId, index, lowWatermark, rejected, lastReceived, sets } = this;
    return {
      systemId,
      receiver: producerId,
      block: index,
      stored: setOf(sets.stored),
      repeats: setOf(sets.repeats),
      deadLettered: setOf(sets.deadLettered),
      failed: rejected,
      settled: lowWatermark,
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
