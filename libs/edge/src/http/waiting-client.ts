import type { FastifyReply } from 'fastify';
import { networkOf } from '../credentials/network-of.js';

/** Who waits for an answer. The store takes it for its `Asker`. */
export interface WaitingClient {
  /** The address that the request came from; of IPv6, its network. */
  readonly client: string;
  /** Aborted once the answer is complete, or the client has gone. */
  readonly signal: AbortSignal;
}

const clients = new WeakMap<FastifyReply['raw'], WaitingClient>();

/** Who waits for this answer: the same object however often it is asked for. */
export function waitingClientOf({ raw, request }: FastifyReply): WaitingClient {
  const known = clients.get(raw);
  if (known !== undefined) return known;
  const controller = new AbortController();
  if (raw.closed || raw.destroyed) controller.abort();
  else raw.once('close', () => controller.abort());
  const client = { client: networkOf(request.ip), signal: controller.signal };
  clients.set(raw, client);
  return client;
}
