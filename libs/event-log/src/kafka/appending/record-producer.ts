import type { ConnectionPoolEventPayload, MessageToProduce, Producer } from '@platformatic/kafka';
import type { KafkaConnection, KafkaSettings } from '../kafka-connection.js';
import { murmur2 } from '../../partitions/key-partition.js';

/** A record to send. Its topic is the name on the cluster. */
export type Message = MessageToProduce<Buffer, Buffer, Buffer, Buffer>;

/** Sends to one topic, in order; each record exactly once, unless something fails. */
export interface RecordProducer {
  /** Resolves once all in-sync replicas have all messages. Must not be called again before the promise is settled. */
  send(options: { messages: Message[] }): Promise<unknown>;
  /** Ends it at once, even in the middle of a request. */
  end(): void;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** The brokers' time to replicate a record to all in-sync replicas. */
const ACKNOWLEDGE_TIMEOUT_MS = 10_000;
/** Longer than callers wait, because the client cannot use a connection again after a request on it has timed out. */
const REQUEST_TIMEOUT_MS = 60_000;
/** New partitions are used after this time at the latest. Until then, projectors move misplaced records. */
const METADATA_MAX_AGE_MS = 30_000;
/** The client reads fewer as "without limit". */
const RETRIES = 2;
const RETRY_DELAY_MS = 50;

/** Loads the client that sends. That takes a third of a second, which processes that only read can save. */
export const loadClient = () => import('@platformatic/kafka');

/**
 * Creates an idempotent producer for one topic. Topics do not share one: when one topic makes the client refresh its
 * list of brokers, its metadata of the other topics may still name a broker that is gone.
 */
export async function createProducer({ settings }: KafkaConnection): Promise<RecordProducer> {
  const { Producer } = await loadClient();
  const producer: Producer<Buffer, Buffer, Buffer, Buffer> = new Producer({
    ...clientOptions(settings),
    idempotent: true,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    timeout: ACKNOWLEDGE_TIMEOUT_MS,
    retries: RETRIES,
    retryDelay: RETRY_DELAY_MS,
    // The repeat would send the whole request to the new leader of its first partition.
    repeatOnStaleMetadata: false,
    partitioner: (_message, key) => murmur2(key!),
  });
  // The client listens for one error per connection. A second one would end the process, for instance when a broker
  // rejects the credentials and then resets the connection. The caller already has the first one.
  const listen = ({ connection }: ConnectionPoolEventPayload) => connection.on('error', () => undefined);
  producer.on('client:broker:connect', listen).on('client:broker:failed', listen);
  return { send: (options) => producer.send(options), end: () => end(producer) };
}

/** Options of every client of the cluster. */
export function clientOptions({ brokers, ssl = false, sasl }: KafkaSettings) {
  return {
    clientId: 'statusledger',
    bootstrapBrokers: [...brokers],
    ...(ssl ? { tls: {} } : {}),
    ...(sasl === undefined ? {} : { sasl: { ...sasl, mechanism: MECHANISMS[sasl.mechanism] } }),
    autocreateTopics: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
  };
}

const MECHANISMS = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const;

/** Destroys the sockets, too: closing alone would wait for a silent broker to read what was sent. */
function end(producer: Producer<Buffer, Buffer, Buffer, Buffer>): void {
  const connections = [...producer.connections].map(([, connection]) => connection);
  producer.close(true, () => undefined);
  for (const connection of connections) connection.socket?.destroy();
}
