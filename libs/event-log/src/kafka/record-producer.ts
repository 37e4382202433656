import type { ConnectionPoolEventPayload, MessageToProduce, Producer } from '@platformatic/kafka';
import type { KafkaConnection, KafkaSettings } from './kafka-connection.js';
import { murmur2 } from '../key-partition.js';

/** A record on its way; its topic is what the cluster calls it. */
export type Message = MessageToProduce<Buffer, Buffer, Buffer, Buffer>;

/** Sends to one topic, in order, each record once as long as nothing fails. */
export interface RecordProducer {
  /** Resolves once all messages are with all in-sync replicas. Not called again before it has settled. */
  send(options: { messages: Message[] }): Promise<unknown>;
  /** Ends it at once, whatever is under way. */
  end(): void;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** For the brokers, to have a record with all in-sync replicas. */
const ACKNOWLEDGE_TIMEOUT_MS = 10_000;
/** Whoever waits for a producer gives up before: a connection whose request has timed out is of no use to the client. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Partitions that were added are used this late at most; until then, what does not belong where it lies is moved. */
const METADATA_MAX_AGE_MS = 30_000;
/** The client takes fewer for "without end". */
const RETRIES = 2;
const RETRY_DELAY_MS = 50;

/** Loads the client's part that sends, which takes a third of a second: whoever only reads can do without. */
export const loadClient = () => import('@platformatic/kafka');

/**
 * An idempotent producer of one topic. Topics do not share one: where one of them makes the client look at the brokers
 * again, what it knows of the other topics may name a broker that is not there any more.
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
    // It would send all of a request to the new leader of its first partition.
    repeatOnStaleMetadata: false,
    partitioner: (_message, key) => murmur2(key!),
  });
  // The client listens for one error of a connection, and a second one would end the process: that of a broker that refuses
  // credentials and then resets the connection, say. Whoever waits is told by the first one.
  const listen = ({ connection }: ConnectionPoolEventPayload) => connection.on('error', () => undefined);
  producer.on('client:broker:connect', listen).on('client:broker:failed', listen);
  return { send: (options) => producer.send(options), end: () => end(producer) };
}

/** What every client of the cluster is made with. */
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

/** Closing alone would wait for what a broker that does not answer has not read yet. */
function end(producer: Producer<Buffer, Buffer, Buffer, Buffer>): void {
  const connections = [...producer.connections].map(([, connection]) => connection);
  producer.close(true, () => undefined);
  for (const connection of connections) connection.socket?.destroy();
}
