import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { LogTopicName } from '../topics.js';

/** How a Kafka cluster is reached. */
export interface KafkaSettings {
  /** `host:port` of some of the cluster's brokers. */
  readonly brokers: readonly string[];
  readonly ssl?: boolean;
  readonly sasl?: KafkaCredentials;
  /** Put before the names of topics and groups, so that several installations can share a cluster. */
  readonly prefix?: string;
}

/** How the service shows the cluster who it is. */
export interface KafkaCredentials {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** What the adapter's parts share: the client, and what things are called on the cluster. */
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
      // What fails is reported by whoever asked for it; the client's own lines would tell every retry.
      logLevel: kafkajs.logLevel.NOTHING,
    };
    this.kafka = new kafkajs.Kafka(config);
  }

  topic(name: LogTopicName): string {
    return `${this.prefix}${name}`;
  }

  /** Each topic has a group of its own, so that one topic's members come and go without the others noticing. */
  group(name: string, topic: LogTopicName): string {
    return `${this.prefix}${name}.${topic}`;
  }
}

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;
