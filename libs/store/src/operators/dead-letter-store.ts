import type { DeadLetterResendRow, DeadLetterRow } from '../projection/projection-store.js';
import type { Asker } from '../questions/asker.js';

/** Which dead letters are asked for; what is `undefined` does not matter. Times in milliseconds since the Unix epoch. */
export interface DeadLetterFilter {
  /** The systems that whoever asks may see; all of them, and letters of no known system, if `undefined`. */
  readonly systems: readonly string[] | undefined;
  readonly systemId: string | undefined;
  readonly reason: string | undefined;
  readonly type: string | undefined;
  /** Received at this time or later. */
  readonly from: number | undefined;
  /** Received before this time. */
  readonly to: number | undefined;
  /** Whether an attempt to send it again was accepted. */
  readonly resent: boolean | undefined;
}

/** The place of a letter in the order of answers: those behind it are older. */
export interface DeadLetterPlace {
  readonly receivedAt: number;
  readonly id: string;
}

/** A dead letter with what was done about it. */
export interface DeadLetterWithResends extends DeadLetterRow {
  /** The size of what is kept of the body; `bodyBase64` may hold only the beginning of that. */
  readonly keptBytes: number;
  /** The latest attempts, latest first; {@link MAX_LISTED_RESENDS} at most. */
  readonly resends: readonly DeadLetterResendRow[];
}

/** Attempts to send one letter again that are told. */
export const MAX_LISTED_RESENDS = 20;

/** What the operators' methods need of the store to show dead letters. Values are never read as anything but values. */
export interface DeadLetterStore {
  /** The same store as somebody asks it; see `QueryStore`. */
  askedBy(asker: Asker): DeadLetterStore;

  /**
   * Newest first; of one time of receipt, the greatest id first.
   *
   * @param bodyBytes how much of each body is read.
   */
  deadLetters(
    filter: DeadLetterFilter,
    after: DeadLetterPlace | undefined,
    limit: number,
    bodyBytes: number,
  ): Promise<DeadLetterWithResends[]>;

  /** One letter, unless there is none of that id among those that may be seen. */
  deadLetter(
    id: string,
    systems: readonly string[] | undefined,
    bodyBytes: number,
  ): Promise<DeadLetterWithResends | undefined>;
}
