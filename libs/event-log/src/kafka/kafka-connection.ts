import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from '#telemetry';
import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import { LogUnavailableError } from '../log-errors.js';
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

/**
 * Asks again while the cluster says that it is about to know better: a topic that was just made or a partition that has
 * moved are not known to every broker at once, and the client gives up on some of these answers.
 */
export async function patiently<T>(ask: () => Promise<T>, withinMs = PATIENCE_MS): Promise<T> {
  const deadline = monotonic() + withinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as { retriable?: unknown }).retriable !== true || monotonic() > deadline) throw error;
    }
    await sleep(RETRY_PAUSE_MS);
  }
}

const PATIENCE_MS = 10_000;
const RETRY_PAUSE_MS = 100;

/** What failed between us and the cluster, as the port tells it. */
export function unavailable(cause: unknown, what: string): LogUnavailableError {
  return new LogUnavailableError(`${what}: ${reasonOf(cause)}`, { cause });
}

/** Of an error that only says how often something was tried, what went wrong the last time. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  return error instanceof Error ? error.message : String(error);
}
