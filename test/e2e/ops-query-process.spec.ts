import { ClickHouseProjectionStore, migrate, NO_CHANGES, StoreConnection, type DeadLetterRow } from '#store';
import { allLetters, resendLetter } from '../support/http/ops-client.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';

const database = 'statusledger';
const now = Date.now();
const event = {
  systemId: 's',
  workerId: 'w',
  stateCode: 'c',
  stateName: 'n',
  actionTime: Math.floor(now / 1000) - 10,
  action: 1,
};
const letter: DeadLetterRow = {
  id: 'wfm.dead-letter.v1-3-14',
  receivedAt: now,
  type: 'status',
  reason: 'in_future',
  field: 'actionTime',
  message: 'm',
  description: 'd',
  systemId: 's',
  remoteAddress: '127.0.0.1',
  bodyBytes: JSON.stringify(event).length,
  bodyBase64: Buffer.from(JSON.stringify(event)).toString('base64'),
};
const unreadable = { ...letter, id: 'wfm.status.v1-0-1', reason: 'unreadable_record' };
const personnel = { ...letter, id: 'wfm.personnel.v1-0-1', type: 'personnel', reason: 'unreadable_record' };

describe('a query process on a ClickHouse server', () => {
  const running: ServiceProcess[] = [];
  let url: string;

  const started = async (service: Promise<ServiceProcess>) => {
    running.push(await service);
    return running.at(-1)!;
  };

  beforeAll(async () => {
    const clickHouse = await started(ServiceProcess.clickHouse(temporaryDirectory()));
    url = clickHouse.url;
    const connection = StoreConnection.open({ url, database });
    await migrate(connection, { database, retentionDays: 400 });
    const store = new ClickHouseProjectionStore(connection, database);
    await store.write({ ...NO_CHANGES, deadLetters: [letter, unreadable, personnel] });
    await connection.close();
  });

  afterAll(async () => {
    for (const service of running.reverse()) await service.end();
    removeTemporaryDirectories();
  });

  const query = async (env: Readonly<Record<string, string>>) =>
    (
      await started(
        ServiceProcess.app('query', { CLICKHOUSE_URL: url, DATA_DIR: temporaryDirectory(), ...env }),
      )
    ).url;

  it('refuses to resend a dead letter without a log, but still shows it', async () => {
    const service = await query({});
    const answer = await resendLetter(service, letter.id);
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ message: 'not connected to the event log' });
    const ids = (await allLetters(service)).map(({ id }) => id);
    expect(ids).toEqual([unreadable.id, personnel.id, letter.id]);
  });

  it('answers 503 to a resend while Kafka is down, and refuses to resend a letter that was not a post', async () => {
    const service = await query({ KAFKA_BROKERS: '127.0.0.1:1' });
    const answer = await resendLetter(service, letter.id);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toMatchObject({ field: '', message: 'not available' });
    expect((await allLetters(service)).every(({ resends }) => resends.length === 0)).toBe(true);
    const noPost = await resendLetter(service, unreadable.id);
    expect(noPost.status).toBe(409);
    expect(noPost.json()).toMatchObject({ message: 'the dead letter is a record of the log, not a post' });
    expect((await resendLetter(service, personnel.id, JSON.stringify(event))).status).toBe(409);
    expect((await resendLetter(service, unreadable.id, '{}')).status).toBe(503);
  });
});
