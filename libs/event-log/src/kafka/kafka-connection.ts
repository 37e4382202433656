import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { LogTopicName } from '../topics.js';

/** How to reach a Kafka cluster. */
export interface KafkaSettings {
  /** `host:port` of one or more of the cluster's brokers. */
  readonly brokers: readonly string[];
  readonly ssl?: boolean;
  readonly sasl?: KafkaCredentials;
  /** Precedes the names of topics and groups, so that several installations can share a cluster. */
  readonly prefix?: string;
}

/** How the service authenticates to the cluster. */
export interface KafkaCredentials {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** What the adapter's parts share: the client, and the names of topics and groups on the cluster. */
export class KafkaConnection {
  readonly kafka: Kafka;
  private readonly prefix: string;

  constructor(readonly settings: KafkaSettings) {
    const { brokers, ssl = false, sasl, prefix = '' } = settings;
    this.prefix = prefix;
    const config: KafkaConfig = {
      clientId: 'statusledger',
      brokers: [...brokers],
      ssl,
      ...(sasl === undefined ? {} : { sasl: sasl as SASLOptions }),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
      // Callers report failures; the client would log every retry.
      logLevel: kafkajs.logLevel.NOTHING,
    };
    this.kafka = new kafkajs.Kafka(config);
  }

  topic(name: LogTopicName): string {
    return `${this.prefix}${name}`;
  }

  /** A group per topic, so that members of one topic can come and go without a rebalance of the others. */
  group(name: string, topic: LogTopicName): string {
    return `${this.prefix}${name}.${topic}`;
  }
}

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;
