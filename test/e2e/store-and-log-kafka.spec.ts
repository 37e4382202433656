import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
// Topics and groups are changed without the service's knowledge.

import kafkajs, { type Admin } from 'kafkajs';
import type { StatusEvent } from '#domain';
import { encodeStatusRecord, Topic } from '#event-log';
import { ClickHouseProjectionStore, migrate, StoreConnection } from '#store';
import { createLogger, createMetrics } from '#telemetry';
import { createProjectors } from '#projection';
import { KafkaEventLog } from '../../libs/event-log/src/kafka/kafka-event-log.js';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.js';
import { KafkaCluster } from '../support/kafka/kafka-cluster.js';
import { expectedIntervals, storedIntervals } from '../support/http/served-intervals.js';
import { eventually } from '../support/http/service-client.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';
import { anyStatusEvent } from '../support/data/status-event.arbitrary.js';
import { onServer } from '../support/store/store-under-test.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const PARTITIONS = 3;
const PLAN = { partitions: PARTITIONS, replicationFactor: 1, retentionMs: 20_000 * 86_400_000 };

/** The result of projecting a log into a store: all intervals once caught up, or the reason for refusing. */
type Outcome = { readonly intervals: readonly string[] } | { readonly refused: string };

describeWithKafka(
  `store and log of different moments, on Kafka and a ClickHouse server (seed ${seed})`,
  () => {
    const events = fc.sample(anyStatusEvent(40, { origin: Date.now() - 320 * 86_400_000 }), {
      seed,
      numRuns: 500,
    });
    const [first, second] = [events.slice(0, 300), events.slice(300)];
    let kafka: KafkaCluster;
    let clickHouse: ServiceProcess | undefined;
    let admin: Admin;
    let prefix: string;

    beforeAll(async () => {
      kafka = await KafkaCluster.start();
      if (!onServer()) clickHouse = await ServiceProcess.clickHouse(temporaryDirectory());
      admin = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
      await admin.connect();
    });

    afterAll(async () => {
      await admin.disconnect();
      await clickHouse?.end();
      await kafka.stop();
      removeTemporaryDirectories();
    });

    beforeEach(() => {
      prefix = `${randomUUID()}.`;
    });

    const openLog = (of = prefix) => KafkaEventLog.create({ ...PLAN, brokers: kafka.brokers, prefix: of });
    const databaseOf = (name: string) => `${prefix}${name}`.replaceAll(/\W/g, '_').replace(/^/, 'd');
    const settingsOf = (database: string) => ({
      ...(clickHouse === undefined ? { url: process.env['CLICKHOUSE_URL']! } : { url: clickHouse.url }),
      database,
    });

    const append = async (some: readonly StatusEvent[], of = prefix) => {
      const log = openLog(of);
      const receivedAt = Date.now();
      await log.append(
        Topic.status,
        some.map((event) => encodeStatusRecord({ event, receivedAt })),
      );
      await log.close();
    };

    /** Runs a projector on the log and a database until it has caught up or refuses. */
    const project = async (name: string, of = prefix): Promise<Outcome> => {
      const database = databaseOf(name);
      const connection = StoreConnection.open(settingsOf(database));
      await migrate(connection, { database, retentionDays: 20_000 });
      const log = openLog(of);
      const projectors = createProjectors({
        log,
        store: new ClickHouseProjectionStore(connection, database),
        rules: { stateMaxAgeMs: 43_200_000 },
        metrics: createMetrics(),
        logger: createLogger('silent'),
      });
      const [status] = projectors;
      await status!.start();
      try {
        await eventually(
          () => ['current', 'refused'].includes(status!.state.kind),
          60_000,
          () => status!.state,
        );
        const { state } = status!;
        if (state.kind === 'refused') return { refused: state.cause };
        expect(await status!.drain(60_000)).toBe(true);
        return { intervals: await storedIntervals(connection, database) };
      } finally {
        await status!.stop();
        await log.close();
        await connection.close();
      }
    };
    const group = () => `${prefix}statusledger-projector.${Topic.status}`;
    const topic = () => `${prefix}${Topic.status}`;
    const right = (some: readonly StatusEvent[]) => ({ intervals: expectedIntervals(some) });

    it('rebuild a lost store, or another database, from the whole log, whatever the group has committed', async () => {
      await append(first);
      expect(await project('one')).toEqual(right(first));
      expect(await project('two')).toEqual(right(first));
      await append(second);
      expect(await project('three')).toEqual(right(events));
    });

    it('bring a store that is older than its log up to date', async () => {
      await append(first);
      expect(await project('older')).toEqual(right(first));
      await append(second);
      expect(await project('newer')).toEqual(right(events));
      // The group has committed everything, but this store has only half of it.
      expect(await project('older')).toEqual(right(events));
    });

    it.each([
      ['were lost', '-2'],
      ['were set to the end', '-1'],
    ])('resume from the position of the store if the commits of the group %s', async (_, to) => {
      await append(first);
      expect(await project('one')).toEqual(right(first));
      await append(second);
      const partitions = Array.from({ length: PARTITIONS }, (_none, partition) => ({
        partition,
        offset: to,
      }));
      const ends = await admin.fetchTopicOffsets(topic());
      await eventually(async () => {
        await admin.setOffsets({
          groupId: group(),
          topic: topic(),
          partitions: partitions.map(({ partition, offset }) => ({
            partition,
            offset: offset === '-1' ? ends.find((end) => end.partition === partition)!.high : '0',
          })),
        });
        return true;
      });
      expect(await project('one')).toEqual(right(events));
    });

    it('refuse a log whose topic was deleted and created again, even if it is longer than before', async () => {
      await append(first);
      expect(await project('one')).toEqual(right(first));
      await admin.deleteTopics({ topics: [topic()] });
      await eventually(async () => !(await admin.listTopics()).includes(topic()));
      await append([...second, ...events]);
      expect(await project('one')).toEqual({
        refused: expect.stringMatching(/of another log.*npm run rebuild/s),
      });
    });

    it('refuse the log of another installation', async () => {
      await append(first);
      expect(await project('one')).toEqual(right(first));
      const other = `${randomUUID()}.`;
      await append(second, other);
      expect(await project('one', other)).toEqual({ refused: expect.stringContaining('of another log') });
      expect(await project('one')).toEqual(right(first));
    });
  },
);
