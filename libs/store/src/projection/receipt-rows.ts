import { MINUTE_MS } from '#domain';

/** Numbers of a receiver that one row covers: as many as the widest integer of the store has bits. */
export const RECEIPT_BLOCK_NUMBERS = 256;

/**
 * What the log had of one receiver's numbers of one system, from `block × 256` on. Each set of numbers is an integer
 * whose bit `n` stands for the number `block × 256 + n`. Rows of one block unite: sets by union, other fields by
 * maximum. So any part of the log may be reported again, by any projector, in any order.
 */
export interface ReceiptRow {
  readonly systemId: string;
  readonly receiver: string;
  readonly block: number;
  readonly stored: bigint;
  readonly repeats: bigint;
  readonly deadLettered: bigint;
  /** Those that the receiver refused (503), which may still be in the log. */
  readonly failed: bigint;
  /** Up to this number, the receiver knew of each whether it is in the log. */
  readonly settled: number;
  /** Milliseconds since the Unix epoch. */
  readonly lastReceived: number;
}

/** Activity of systems is recorded by slots of this length. */
export const ACTIVITY_SLOT_MS = 5 * MINUTE_MS;

/** Records that a system sent events or dead letters within a slot. Times in milliseconds since the Unix epoch. */
export interface ActivityRow {
  readonly systemId: string;
  /** When the slot begins. */
  readonly slot: number;
  readonly lastReceived: number;
  /** The latest time that an event reported; `null` if there were only dead letters. */
  readonly lastAction: number | null;
}
