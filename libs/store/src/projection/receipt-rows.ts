import { MINUTE_MS } from '#domain';

/** Numbers of a receiver that one row tells of: as many as the widest integer of the store has bits. */
export const RECEIPT_BLOCK_NUMBERS = 256;

/**
 * What the log had of one receiver's numbers of one system, from `block × 256` on. Each set of numbers is an integer
 * whose bit `n` stands for the number `block × 256 + n`. Rows of one block unite: of sets the union, of the others the
 * greatest. So any part of the log may be told again, by anyone, in any order.
 */
export interface ReceiptRow {
  readonly systemId: string;
  readonly receiver: string;
  readonly block: number;
  readonly stored: bigint;
  readonly repeats: bigint;
  readonly deadLettered: bigint;
  /** Those that the receiver refused (503), which may be in the log nevertheless. */
  readonly failed: bigint;
  /** The receiver knew of all numbers up to this one whether they are in the log. */
  readonly settled: number;
  /** Milliseconds since the Unix epoch. */
  readonly lastReceived: number;
}

/** The time is cut into slots of this length to tell when a system sent anything. */
export const ACTIVITY_SLOT_MS = 5 * MINUTE_MS;

/** That a system sent something within a slot of time: events or dead letters. Times in milliseconds since the Unix epoch. */
export interface ActivityRow {
  readonly systemId: string;
  /** When the slot begins. */
  readonly slot: number;
  readonly lastReceived: number;
  /** The greatest time that an event reported; `null` if there were dead letters alone. */
  readonly lastAction: number | null;
}
