/** The state of a topic's projection, as far as its own projector knows. */
export type ProjectionState =
  /** How far the store is is not known yet. */
  | { readonly kind: 'starting' }
  /**
   * The store lacks records that it once had, or that have long been in the log. `left` records are still to be
   * projected.
   */
  | { readonly kind: 'catching_up'; readonly left: number }
  /** It follows the log. */
  | { readonly kind: 'current' }
  /** A batch has been failing for a while and is retried; `cause` says why. */
  | { readonly kind: 'stuck'; readonly cause: string }
  /** The store and the log do not belong together; `cause` says why and what to do. Nothing is projected until then. */
  | { readonly kind: 'refused'; readonly cause: string };

/** The state of a part of a topic. */
export interface StateOfTopic {
  readonly topic: string;
  readonly state: ProjectionState;
}

/** Where projectors that are separate processes leave their states for the processes that answer. */
export interface ProjectionStateStore {
  /**
   * Replaces the state of these partitions of the topic. If several write the state of one partition at once, any may
   * win.
   */
  writeState(topic: string, partitions: readonly number[], state: ProjectionState): Promise<void>;

  /** The state of each partition of each topic. */
  states(): Promise<readonly StateOfTopic[]>;
}
