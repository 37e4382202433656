import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeStatusRecord, Topic } from '#event-log';
import { KafkaEventLog } from '../../libs/event-log/src/kafka/kafka-event-log.js';
import { describeWithOwnKafka } from '../support/kafka/describe-with-kafka.js';
import { freePorts } from '../support/processes/free-ports.js';
import { KafkaCluster } from '../support/kafka/kafka-cluster.js';
import { selfSigned } from '../support/http/self-signed.js';
import { eventually, metric, postStatus } from '../support/http/service-client.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';

const USER = { username: 'statusledger', password: 'right' };

describeWithOwnKafka('a Kafka that requires TLS and credentials', () => {
  let kafka: KafkaCluster;
  let brokers: string;
  let authority: string;
  const services: ServiceProcess[] = [];

  beforeAll(async () => {
    const directory = temporaryDirectory();
    const { key, cert } = selfSigned(directory, 'broker');
    const keystoreFile = join(directory, 'keystore.pem');
    writeFileSync(keystoreFile, readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'));
    authority = cert;
    const [port] = (await freePorts(1)) as [number];
    brokers = `127.0.0.1:${port}`;
    kafka = await KafkaCluster.startSecured({ port, keystoreFile, ...USER });
  });

  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.end()));
  });

  afterAll(async () => {
    await kafka.stop();
    removeTemporaryDirectories();
  });

  const receiver = async (env: Readonly<Record<string, string>>) => {
    const service = await ServiceProcess.app('receiver', {
      DATA_DIR: temporaryDirectory(),
      KAFKA_BROKERS: brokers,
      KAFKA_SSL: '1',
      KAFKA_SASL_USERNAME: USER.username,
      KAFKA_SASL_PASSWORD: USER.password,
      NODE_EXTRA_CA_CERTS: authority,
      ...env,
    });
    services.push(service);
    return service;
  };
  const post = (url: string) =>
    postStatus(url, {
      systemId: 's',
      workerId: 'w',
      stateCode: 'S',
      stateName: 'S',
      actionTime: Math.floor(Date.now() / 1000),
      action: 1,
    });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('receives events by %s', async (mechanism) => {
    const prefix = `${randomUUID()}.`;
    const { url } = await receiver({ KAFKA_SASL_MECHANISM: mechanism, KAFKA_TOPIC_PREFIX: prefix });
    expect((await post(url)).status).toBe(204);
    await eventually(async () => (await metric(url, 'wfm_spool_events')) === 0);
    const plan = { partitions: 12, replicationFactor: 1, retentionMs: 86_400_000 };
    const log = KafkaEventLog.create({ ...plan, brokers: kafka.brokers, prefix });
    const extents = await log.offsets(Topic.status);
    const records = await Promise.all(
      extents.map(({ partition, begin, end }) => log.read(Topic.status, partition, begin, end - begin)),
    );
    await log.close();
    // A send whose answer is late is repeated, so the event may be there more than once.
    const events = records.flat().map(({ value }) => JSON.stringify(decodeStatusRecord(value).event));
    expect(new Set(events).size).toBe(1);
  });

  it.each([
    ['a wrong password', { KAFKA_SASL_PASSWORD: 'wrong' }],
    ['an unknown authority', { NODE_EXTRA_CA_CERTS: '' }],
    ['no TLS', { KAFKA_SSL: '' }],
  ])('receives nothing with %s, and the spooled events once that is corrected', async (_what, wrong) => {
    const env = {
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_TOPIC_PREFIX: `${randomUUID()}.`,
      DATA_DIR: temporaryDirectory(),
    };
    const before = await receiver({ ...env, ...wrong });
    expect((await post(before.url)).status).toBe(204);
    expect(await metric(before.url, 'wfm_spool_events')).toBe(1);
    await before.end();
    const after = await receiver(env);
    await eventually(async () => (await metric(after.url, 'wfm_spool_events')) === 0);
  });
});
