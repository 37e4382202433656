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

/** Whether everything that was acknowledged shows in answers, but for what came within the last moments. */
export function isWhole({ kind }: ProjectionState): boolean {
  return kind === 'current';
}
