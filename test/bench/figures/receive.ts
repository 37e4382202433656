import { CONNECTIONS, LoadClient } from '../load/load.js';
import type { EventKind } from '../processes/load-client.js';
import type { Owned } from '../owned.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { interleavedRatios, sampleOf } from '../measuring/statistics.js';

const ROUNDS = 3;

export const RECEIVE_METHOD = `A process with only the receiver on the embedded log, against a bare Fastify process
whose route has the same JSON schema, answers 204 and stores nothing. The same client loads both over ${CONNECTIONS}
connections, one request in flight on each, distinct events. Bare, receiver, bare, receiver, … ${ROUNDS} times after a
warm-up of both; each receiver run is divided by the mean of the bare runs around it.`;

export const RECEIVE_CONTACT_METHOD = `As receive, with contact steps instead of agents' states, and their schema in
the bare route: contacts that are queued, offered, answered and finished, a thousand at a time.`;

/** The figure of each kind of event. */
const FIGURES = {
  status: { name: 'receive', what: 'durable events/s of one receiver ÷ requests/s of a bare route' },
  contact: {
    name: 'receive-contact',
    what: 'durable contact events/s of one receiver ÷ requests/s of a bare route',
  },
} as const;

/** Measures durable events per second of one receiver, as a share of what HTTP alone can do. */
export async function measureReceive(
  owned: Owned,
  seconds: number,
  events: Exclude<EventKind, 'both'>,
): Promise<Figure[]> {
  const client = await LoadClient.start(owned);
  const [bare, bareAt] = await owned.process<{ port: number }>('bare-route');
  const [receiver, receiverAt] = await owned.process<{ port: number }>('receiver', owned.directory());
  await client.warmUp(bareAt.port, events);
  await client.warmUp(receiverAt.port, events);

  const rates = { bare: [] as number[], receiver: [] as number[] };
  const clientCores: number[] = [];
  const run = async (name: keyof typeof rates, port: number) => {
    const { answered, seconds: elapsed, cores } = await client.load({ port, seconds, events });
    rates[name].push(answered / elapsed);
    clientCores.push(cores);
    progress(`${name}: ${Math.round(answered / elapsed)} requests/s (client: ${cores.toFixed(2)} cores)`);
  };
  for (let round = 0; round < ROUNDS; round++) {
    await run('bare', bareAt.port);
    await run('receiver', receiverAt.port);
  }
  await run('bare', bareAt.port);
  for (const process of [client, bare, receiver]) await process.stop();

  return [
    {
      ...FIGURES[events],
      goal: { atLeast: 0.45 },
      unit: '',
      measured: sampleOf(interleavedRatios(rates.receiver, rates.bare)),
      details: {
        'receiver, events/s': sampleOf(rates.receiver).median,
        'bare route, requests/s': sampleOf(rates.bare).median,
        'busiest client, cores': Math.max(...clientCores),
      },
    },
  ];
}
