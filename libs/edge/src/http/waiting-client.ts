import type { FastifyReply } from 'fastify';
import { networkOf } from '../credentials/network-of.js';

/** The client that waits for an answer. The store accepts it as its `Asker`. */
export interface WaitingClient {
  /** Its IPv4 address or IPv6 network. */
  readonly client: string;
  /** Aborted once the answer is complete, or the client has gone. */
  readonly signal: AbortSignal;
}

const clients = new WeakMap<FastifyReply['raw'], WaitingClient>();

/** The client that waits for this answer: always the same object for the same reply. */
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
