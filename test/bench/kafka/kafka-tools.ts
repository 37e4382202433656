import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { progress } from '../progress.js';

const CLASSPATH = 'deploy/kafka/target/classpath.txt';
const run = promisify(execFile);

/** Kafka's own tools, run against one cluster. */
export class KafkaTools {
  private constructor(
    private readonly classpath: string,
    private readonly brokers: string,
  ) {}

  static for(brokers: readonly string[]): KafkaTools {
    return new KafkaTools(readClasspath(), brokers.join(','));
  }

  async makeTopic(topic: string, partitions: number, config: Readonly<Record<string, string>> = {}) {
    await this.run('TopicCommand', [
      ...['--bootstrap-server', this.brokers, '--create', '--topic', topic],
      ...['--partitions', String(partitions)],
      ...Object.entries(config).flatMap(([name, value]) => ['--config', `${name}=${value}`]),
    ]);
  }

  /** @returns records per second that a producer alone writes with acks=all. */
  async producerPerformance(topic: string, records: number, recordBytes: number): Promise<number> {
    const { stdout } = await this.run('ProducerPerformance', [
      ...['--topic', topic, '--num-records', String(records), '--record-size', String(recordBytes)],
      ...['--throughput', '-1', '--producer-props', `bootstrap.servers=${this.brokers}`, 'acks=all'],
    ]);
    const rates = [...stdout.matchAll(/records sent, ([\d.]+) records\/sec/g)];
    const rate = Number(rates.at(-1)![1]);
    progress(`ProducerPerformance: ${Math.round(rate)} records/s`);
    return rate;
  }

  private run(name: string, args: readonly string[]) {
    return run('java', ['-Xmx256m', '-cp', this.classpath, `org.apache.kafka.tools.${name}`, ...args], {
      maxBuffer: 16 * 1024 * 1024,
    });
  }
}

/** Reads the classpath, and exports it for the cluster of `test/support`. */
export function readClasspath(): string {
  if (!existsSync(resolve(CLASSPATH))) {
    throw new Error(
      `${CLASSPATH} is missing: run mvn -q -f deploy/kafka/pom.xml dependency:build-classpath -Dmdep.outputFile=target/classpath.txt`,
    );
  }
  return (process.env['TEST_KAFKA_CLASSPATH'] = readFileSync(resolve(CLASSPATH), 'utf8').trim());
}
