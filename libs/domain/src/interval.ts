/**
 * How the end of an interval is known.
 *
 * - `exit`: the state's own exit was received
 * - `next_enter`: the exit was lost; the next state's enter ended it
 * - `superseded`: it was entered together with another state, which won; its length is zero
 * - `unknown`: the exit was lost, and the next enter came too late to count as the end
 * - `open`: nothing has ended it yet
 */
export type EndedBy = 'exit' | 'next_enter' | 'superseded' | 'unknown' | 'open';

interface Stay {
  readonly stateCode: string;
  readonly stateName: string;
  /** The time of its enter event, in milliseconds since the Unix epoch. */
  readonly start: number;
}

/** One stay in one state. Each enter event is one interval, identified on its timeline by `(start, stateCode)`. */
export type Interval =
  | (Stay & { readonly end: number; readonly endedBy: 'exit' | 'next_enter' | 'superseded' })
  | (Stay & { readonly end: null; readonly endedBy: 'unknown' | 'open' });

/** The state that a timeline is in, until something ends it. */
export type OpenState = Stay;

export type AnomalyKind = 'lost_exit' | 'orphan_exit' | 'contradicting_enters';

/** A defect of accepted data. Identified on its timeline by all three fields. */
export interface Anomaly {
  readonly kind: AnomalyKind;
  /** The instant that reveals it, in milliseconds since the Unix epoch. */
  readonly at: number;
  /**
   * `lost_exit`: the state whose exit was lost; `orphan_exit`: the state that was exited;
   * `contradicting_enters`: the state that was taken as entered.
   */
  readonly stateCode: string;
}
