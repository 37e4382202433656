import { setTimeout as delay } from 'node:timers/promises';
import type { HttpClient } from './http-client.js';
import { retrying } from './retrying.js';
import type { RetryPolicy } from './retrying.js';
import { contactMessage, isContactStep, type CentreEvent, statusMessage } from '#oracle';

/** Where status events are posted to (spec 4.1.2.1). */
export const STATUS_PATH = '/ccwfm/api/rest/status';

/** Where steps of contacts are posted to. */
export const CONTACT_PATH = '/ccwfm/api/rest/contact';

export interface SendingOptions {
  readonly client: HttpClient;
  readonly url: URL;
  readonly systemId: string;
  /** The most posts that are under way at once. */
  readonly connections: number;
  /** Events per second; as fast as possible without. */
  readonly pace?: number | undefined;
  readonly retries: RetryPolicy;
  /** Called after each event that the service has taken. */
  readonly onSent?: () => void;
}

export interface SendingReport {
  readonly sent: number;
  /** Posts that had to be repeated. */
  readonly retried: number;
  readonly elapsedMs: number;
}

/**
 * Posts the events, begun in their order, until the service has answered 204 to every one.
 *
 * @throws {RequestFailure} when one event could not be delivered; the others are given up too.
 */
export async function sendEvents(
  events: readonly CentreEvent[],
  options: SendingOptions,
): Promise<SendingReport> {
  const startedAt = performance.now();
  const failed = new AbortController();
  let next = 0;
  let retried = 0;

  const post = async (event: CentreEvent): Promise<void> => {
    const { path, message } = postOf(event, options.systemId);
    await retrying(() => options.client.post(path, message), {
      what: `POST ${path} to ${options.url.host}`,
      policy: options.retries,
      isSuccess: ({ status }) => status === 204,
      signal: failed.signal,
      onRetry: () => retried++,
    });
    options.onSent?.();
  };

  const worker = async (): Promise<void> => {
    while (next < events.length && !failed.signal.aborted) {
      const index = next++;
      await untilTurn(index, startedAt, options.pace, failed.signal);
      await post(events[index]!);
    }
  };

  await allOrFirstFailure(options.connections, worker, failed);
  return { sent: events.length, retried, elapsedMs: performance.now() - startedAt };
}

function postOf(event: CentreEvent, systemId: string): { path: string; message: object } {
  return isContactStep(event)
    ? { path: CONTACT_PATH, message: contactMessage(event, systemId) }
    : { path: STATUS_PATH, message: statusMessage(event, systemId) };
}

async function untilTurn(
  index: number,
  startedAt: number,
  pace: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (pace === undefined) return;
  const earlyMs = startedAt + (index * 1000) / pace - performance.now();
  if (earlyMs > 0) await delay(earlyMs, undefined, { signal });
}

/** Runs the workers to their end. The first failure stops the others, and is the one that is reported. */
async function allOrFirstFailure(
  workers: number,
  worker: () => Promise<void>,
  failed: AbortController,
): Promise<void> {
  let failure: { error: unknown } | undefined;
  const run = async (): Promise<void> => {
    try {
      await worker();
    } catch (error) {
      failure ??= { error };
      failed.abort();
    }
  };
  await Promise.all(Array.from({ length: workers }, run));
  if (failure !== undefined) throw failure.error;
}
