import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { KafkaCluster } from '../../support/kafka/kafka-cluster.js';
import { eventually, metric } from '../../support/http/service-client.js';
import { readClasspath } from './kafka-tools.js';
import type { Owned, Service } from '../owned.js';

const PARTITIONS = 12;

/** A Kafka broker and an engine shared by the service's programs, all on this machine. */
export class KafkaDeployment {
  private constructor(
    private readonly owned: Owned,
    readonly kafka: KafkaCluster,
    private readonly storeDirectory: string,
    private readonly storePort: number,
    private running: Service,
  ) {}

  static async start(owned: Owned): Promise<KafkaDeployment> {
    readClasspath();
    const kafka = await KafkaCluster.start();
    owned.alsoEnd(() => kafka.stop());
    const directory = owned.directory();
    const port = await freePort();
    try {
      return new KafkaDeployment(owned, kafka, directory, port, await owned.clickHouse(directory, port));
    } catch (error) {
      await kafka.stop();
      throw error;
    }
  }

  readonly partitions = PARTITIONS;

  get store(): Service {
    return this.running;
  }

  /** Starts one of the programs. Those of one installation share topics and a database of their own. */
  app(name: 'receiver' | 'projector' | 'query', installation = 'bench'): Promise<Service> {
    return this.owned.app(name, {
      LOG_LEVEL: 'silent',
      KAFKA_BROKERS: this.kafka.brokers.join(','),
      KAFKA_PARTITIONS: String(PARTITIONS),
      KAFKA_TOPIC_PREFIX: `${installation}.`,
      CLICKHOUSE_DATABASE: installation,
      CLICKHOUSE_URL: this.running.url,
      DATA_DIR: this.owned.directory(),
    });
  }

  killStore(): Promise<void> {
    return this.running.kill();
  }

  async startStore(): Promise<void> {
    this.running = await this.owned.clickHouse(this.storeDirectory, this.storePort);
  }

  stop(): Promise<void> {
    return this.kafka.stop();
  }
}

/** Number of records of a type that a projector has projected. */
export function projectedBy(projector: Service, type: 'status' | 'contact'): Promise<number> {
  return metric(projector.url, 'wfm_events_projected_total', { type });
}

/** Waits until a receiver has forwarded everything that it spooled while Kafka was too slow. */
export function untilUnspooled(receiver: Service): Promise<void> {
  return eventually(async () => (await metric(receiver.url, 'wfm_spool_events')) === 0, UNSPOOLED_WITHIN_MS);
}

const UNSPOOLED_WITHIN_MS = 300_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
