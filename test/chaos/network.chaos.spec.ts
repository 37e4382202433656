import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Topic } from '#event-log';
import { SeededRandom } from '#oracle';
import { KafkaEventLog } from '../../libs/event-log/src/kafka/kafka-event-log.js';
import { describeWithOwnKafka } from '../support/kafka/describe-with-kafka.js';
import { FaultyProxy } from '../support/chaos/faulty-proxy.js';
import { freePorts } from '../support/processes/free-ports.js';
import { KafkaCluster } from '../support/kafka/kafka-cluster.js';
import { eventually } from '../support/http/service-client.js';

const seed = process.env['CHAOS_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
/** `CHAOS_NETWORK_FAULTS` allows for longer campaigns. */
const faults = Number(process.env['CHAOS_NETWORK_FAULTS'] ?? 200);
/** Ten times what a fault takes. */
const MS_PER_FAULT = 500;
const PAGE_RECORDS = 10_000;

describeWithOwnKafka(`appends over a network that fails ${faults} times (seed ${seed})`, () => {
  let kafka: KafkaCluster;
  let proxy: FaultyProxy;
  let log: KafkaEventLog;
  let proxyAt: string;
  const prefix = `${randomUUID()}.`;
  const ends: (() => void)[] = [];

  beforeAll(async () => {
    const [port, proxyPort] = (await freePorts(2)) as [number, number];
    kafka = await KafkaCluster.startBehind(port, proxyPort);
    proxy = await FaultyProxy.start(proxyPort, port, new SeededRandom(seed));
    proxyAt = `127.0.0.1:${proxyPort}`;
    const plan = { partitions: 6, replicationFactor: 1, retentionMs: 400 * 86_400_000 };
    log = KafkaEventLog.create({ ...plan, brokers: kafka.brokers, prefix });
    await log.ping();
  });

  afterAll(async () => {
    for (const end of ends) end();
    await log.close();
    await proxy.stop();
    await kafka.stop();
  });

  async function valuesOf(topic: typeof Topic.status | typeof Topic.contact): Promise<string[]> {
    const values: string[] = [];
    for (const { partition, begin, end } of await log.offsets(topic)) {
      for (let offset = begin; offset < end;) {
        const page = await log.read(topic, partition, offset, PAGE_RECORDS);
        values.push(...page.map(({ value }) => value));
        offset = page.at(-1)!.offset + 1;
      }
    }
    return values;
  }

  it('are in the log if acknowledged, and the appending process survives', async () => {
    const file = resolve('dist/test/support/chaos/appending-program.js');
    const child = spawn(process.execPath, [file, proxyAt, prefix, seed], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    ends.push(() => void child.kill('SIGKILL'));
    const printed = text(child.stdout);
    const exited = once(child, 'exit') as Promise<[number]>;
    await eventually(
      () => proxy.faults >= faults || child.exitCode !== null,
      faults * MS_PER_FAULT,
      () => ({ faults: proxy.faults }),
    );
    if (child.exitCode === null) child.stdin.write('\n');
    expect(await exited).toEqual([0, null]);
    const { acknowledged } = JSON.parse(await printed) as { acknowledged: string[] };
    expect(acknowledged.length).toBeGreaterThan(faults);
    const kept = new Set([...(await valuesOf(Topic.status)), ...(await valuesOf(Topic.contact))]);
    expect(acknowledged.filter((value) => !kept.has(value))).toEqual([]);
  }, 900_000);
});
