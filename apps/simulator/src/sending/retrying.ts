import { CommandError } from '#command';
import { setTimeout as delay } from 'node:timers/promises';
import pRetry, { type RetryContext } from 'p-retry';
import type { HttpAnswer } from './http-client.js';

/** How often and how patiently a request is repeated; the waits double from one to the next. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** Long enough (some 20 s) for a service to restart. */
export const PATIENT: RetryPolicy = { attempts: 10, firstDelayMs: 100, maxDelayMs: 5_000 };

/** Just long enough (some 2 s) for a service that is being started at this moment. */
export const BRIEF: RetryPolicy = { attempts: 5, firstDelayMs: 100, maxDelayMs: 1_000 };

/** Thrown when a request has failed for good; the message says what happened and what to do next. */
export class RequestFailure extends CommandError {
  override readonly name = 'RequestFailure';
}

export interface Retrying {
  /** What the requests are, for the message of a failure: "POST http://…/status". */
  readonly what: string;
  readonly policy: RetryPolicy;
  readonly isSuccess: (answer: HttpAnswer) => boolean;
  /** Advice on an answer that a retry would only repeat; the request is then given up at once. */
  readonly adviceOnRefusal?: (answer: HttpAnswer) => string | undefined;
  /** Ends the waiting early, with its reason. */
  readonly signal?: AbortSignal;
  readonly onRetry?: () => void;
}

type Outcome = { readonly answer: HttpAnswer } | { readonly error: NodeJS.ErrnoException };

/** An attempt that did not succeed; if no other follows, it is why the request was given up. */
class FailedAttempt extends RequestFailure {
  constructor(
    message: string,
    /** Whether the next attempt would fail alike. */
    readonly isFinal: boolean,
    /** How long the service asks to be left alone. */
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/**
 * Repeats a request until it succeeds.
 *
 * @throws {RequestFailure} after the last attempt, or at once when credentials or the request itself are refused.
 */
export function retrying(send: () => Promise<HttpAnswer>, options: Retrying): Promise<HttpAnswer> {
  const { policy, signal } = options;
  return pRetry(async (attempt) => successOf(await attemptOnce(send), attempt, options), {
    retries: policy.attempts - 1,
    minTimeout: policy.firstDelayMs,
    maxTimeout: policy.maxDelayMs,
    ...(signal === undefined ? {} : { signal }),
    shouldRetry: ({ error }) => !isFinal(error),
    onFailedAttempt: async (failed) => {
      if (failed.retriesLeft === 0 || isFinal(failed.error)) return;
      options.onRetry?.();
      await delay(extraWaitMs(failed, policy), undefined, signal && { signal });
    },
  });
}

function isFinal(error: Error): boolean {
  return !(error instanceof FailedAttempt) || error.isFinal;
}

/** What `Retry-After` asks for beyond the wait that p-retry makes anyway. */
function extraWaitMs({ error, attemptNumber }: RetryContext, policy: RetryPolicy): number {
  const { firstDelayMs, maxDelayMs } = policy;
  const asked = error instanceof FailedAttempt ? error.retryAfterMs : 0;
  return Math.max(0, Math.min(asked, maxDelayMs) - firstDelayMs * 2 ** (attemptNumber - 1));
}

/** @throws {FailedAttempt} unless the attempt was answered with success. */
function successOf(outcome: Outcome, attempt: number, options: Retrying): HttpAnswer {
  const answer = 'answer' in outcome ? outcome.answer : undefined;
  if (answer !== undefined && options.isSuccess(answer)) return answer;
  const refusal = answer && options.adviceOnRefusal?.(answer);
  throw new FailedAttempt(
    explain(options.what, outcome, attempt, refusal ?? advice(outcome)),
    refusal !== undefined || areCredentialsRefused(outcome),
    answer?.retryAfterMs ?? 0,
  );
}

async function attemptOnce(send: () => Promise<HttpAnswer>): Promise<Outcome> {
  try {
    return { answer: await send() };
  } catch (error) {
    return { error: error as NodeJS.ErrnoException };
  }
}

function areCredentialsRefused(outcome: Outcome): boolean {
  return 'answer' in outcome && (outcome.answer.status === 401 || outcome.answer.status === 403);
}

function explain(what: string, outcome: Outcome, attempts: number, advice: string): string {
  const times = attempts === 1 ? '' : ` ${attempts} times`;
  const happened =
    'answer' in outcome
      ? `was answered ${outcome.answer.status}${times}${excerpt(outcome.answer.body)}`
      : `failed${times}: ${outcome.error.code ?? outcome.error.message}`;
  return `${what} ${happened}.\n${advice}`;
}

function excerpt(body: string): string {
  return body.trim() === '' ? '' : `: ${body.trim().slice(0, 300)}`;
}

function advice(outcome: Outcome): string {
  if ('error' in outcome) {
    return 'Is the service running? Start it with `npm start`, or say where it is with --url.';
  }
  const { status } = outcome.answer;
  if (status === 401 || status === 403) {
    return 'Give a key that may both send events and query, with --api-key or STATUSLEDGER_API_KEY.';
  }
  if (status === 503) {
    return 'The service cannot write events durably. Look at its log and at the disk and the Kafka it writes to.';
  }
  if (status >= 500) return "The fault is the service's own: its log says more.";
  return 'This does not look like the service. Check --url: scheme, host, port, and the path of a proxy.';
}
