/** The one who asks a question, and how long they want its answer. */
export interface Asker {
  /** Identifies whose questions are limited and take turns together, such as the address that a request came from. */
  readonly client: string;
  /** Aborted once the answer is complete or no longer wanted. What still waits or runs for it is given up. */
  readonly signal: AbortSignal;
}

/**
 * The size of a question, which decides what it waits for: statements of one size never wait for those of another.
 *
 * - `present`: about the present or the service itself, such as the online methods, `/metrics` and readiness
 * - `small`: about the past, with an answer that is made within milliseconds
 * - `large`: about the past, with an answer that may keep the engine busy for seconds
 */
export type QuestionSize = 'present' | 'small' | 'large';

/** The code of {@link TooManyQuestionsError}, by which the edge recognizes it. */
export const TOO_MANY_QUESTIONS = 'TOO_MANY_QUESTIONS';

/** Too many questions of this size are under way, so another would only wait. Nothing was done for it. */
export class TooManyQuestionsError extends Error {
  override readonly name = 'TooManyQuestionsError';
  readonly code = TOO_MANY_QUESTIONS;

  constructor(readonly size: QuestionSize) {
    super(`too many ${size} questions are under way`);
  }
}

/** The asker no longer wants the answer, or the store is closing. The statement was not run, or was stopped. */
export class QuestionAbandonedError extends Error {
  override readonly name = 'AbortError';
  readonly code = 'ABORT_ERR';

  constructor() {
    super('the answer is no longer wanted');
  }
}
