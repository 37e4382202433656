import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from '#telemetry';

/** How long a statement is retried after transient failures, in milliseconds. Then the caller decides. */
export const RETRY_FOR_MS = 10_000;
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 1_000;

/** Node's codes of a connection that was refused, reset or hung up, as when a server restarts. */
const CONNECTION_FAILURES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
]);

/** ClickHouse's codes while a server, or a part of its cluster, is starting, stopping or catching up. */
const SERVER_FAILURES = new Map([
  ['209', 'SOCKET_TIMEOUT'],
  ['210', 'NETWORK_ERROR'],
  ['225', 'NO_ZOOKEEPER'],
  ['236', 'ABORTED'],
  ['242', 'TABLE_IS_READ_ONLY'],
  ['279', 'ALL_CONNECTION_TRIES_FAILED'],
  ['285', 'TOO_FEW_LIVE_REPLICAS'],
  ['286', 'UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE'],
  ['289', 'REPLICA_IS_NOT_IN_QUORUM'],
  ['319', 'UNKNOWN_STATUS_OF_INSERT'],
  ['394', 'QUERY_WAS_CANCELLED'],
  ['999', 'KEEPER_EXCEPTION'],
]);

/** Whether the same statement may well succeed in a moment, by the code of the error or of one of its causes. */
export function isTransient(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && (CONNECTION_FAILURES.has(code) || SERVER_FAILURES.has(code))) return true;
  return cause !== undefined && cause !== null && isTransient(cause);
}

/**
 * Retries after transient failures. Delays double and are jittered, so that writers that collided on one table each find it
 * free. Rejects with the last failure, at the latest `RETRY_FOR_MS` after the first attempt began or when the signal is
 * aborted. The attempt must be repeatable.
 */
export async function retryingTransient<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadline = monotonic() + RETRY_FOR_MS;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error) || signal.aborted || monotonic() + delayMs > deadline) throw error;
      await sleep(delayMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    }
  }
}
