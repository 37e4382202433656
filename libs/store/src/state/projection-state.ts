/** How the projection of a topic is, as far as its own projector knows. */
export type ProjectionState =
  /** It is not known yet how far the store is. */
  | { readonly kind: 'starting' }
  /** The store lacks what it once had, or never had what has long been in the log: `left` records are to be projected. */
  | { readonly kind: 'catching_up'; readonly left: number }
  /** It follows the log. */
  | { readonly kind: 'current' }
  /** A batch has failed for a while, and is tried again; `cause` says why. */
  | { readonly kind: 'stuck'; readonly cause: string }
  /** Store and log do not belong together; `cause` says why, and what to do. Nothing is projected until that is done. */
  | { readonly kind: 'refused'; readonly cause: string };

/** The state of a part of a topic. */
export interface StateOfTopic {
  readonly topic: string;
  readonly state: ProjectionState;
}

/** Where projectors that are processes of their own leave their states, for the processes that answer. */
export interface ProjectionStateStore {
  /**
   * Writes the state of these partitions of the topic in the place of what was written before. Of several writers of one
   * partition at once, any may be the last.
   */
  writeState(topic: string, partitions: readonly number[], state: ProjectionState): Promise<void>;

  /** All states that were written, of each partition of each topic. */
  states(): Promise<readonly StateOfTopic[]>;
}
