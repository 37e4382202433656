import type { DeadLetterResendRow, DeadLetterRow } from '../projection/projection-store.js';
import type { Asker } from '../questions/asker.js';

/** Which dead letters to find; `undefined` fields match any. Times in milliseconds since the Unix epoch. */
export interface DeadLetterFilter {
  /** The systems that the asker may see; if `undefined` all of them, and letters of no known system. */
  readonly systems: readonly string[] | undefined;
  readonly systemId: string | undefined;
  readonly reason: string | undefined;
  readonly type: string | undefined;
  /** Received at this time or later. */
  readonly from: number | undefined;
  /** Received before this time. */
  readonly to: number | undefined;
  /** Whether an attempt to resend it was accepted. */
  readonly resent: boolean | undefined;
}

/** The place of a letter in the order of answers; those after it are older. */
export interface DeadLetterPlace {
  readonly receivedAt: number;
  readonly id: string;
}

/** A dead letter with what was done about it. */
export interface DeadLetterWithResends extends DeadLetterRow {
  /** The size of the stored body, of which `bodyBase64` may hold only the beginning. */
  readonly keptBytes: number;
  /** The latest attempts, latest first; at most {@link MAX_LISTED_RESENDS}. */
  readonly resends: readonly DeadLetterResendRow[];
}

/** Maximum attempts to resend one letter that are listed. */
export const MAX_LISTED_RESENDS = 20;

/** What the operators' methods need of the store to show dead letters. Values are only ever bound as values. */
export interface DeadLetterStore {
  /** The same store for one asker; see `QueryStore`. */
  askedBy(asker: Asker): DeadLetterStore;

  /**
   * Newest first; of letters received at one time, the greatest id first.
   *
   * @param bodyBytes how much of each body is read.
   */
  deadLetters(
    filter: DeadLetterFilter,
    after: DeadLetterPlace | undefined,
    limit: number,
    bodyBytes: number,
  ): Promise<DeadLetterWithResends[]>;

  /** The letter with this id; `undefined` if there is none or it may not be seen. */
  deadLetter(
    id: string,
    systems: readonly string[] | undefined,
    bodyBytes: number,
  ): Promise<DeadLetterWithResends | undefined>;
}
