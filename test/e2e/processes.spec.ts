import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.js';
import { KafkaCluster } from '../support/kafka/kafka-cluster.js';
import { allLetters, askOps, resendLetter } from '../support/http/ops-client.js';
import {
  eventually,
  metric,
  postContact,
  postStatus,
  putPersonnel,
  request,
} from '../support/http/service-client.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';
import { onServer, storeEnvironment } from '../support/store/store-under-test.js';
import { expectAccounts, balancedAccount } from '../support/http/account-views.js';

describeWithKafka('receivers, projectors and queries as processes on Kafka and a ClickHouse server', () => {
  const running: ServiceProcess[] = [];
  let kafka: KafkaCluster;
  const directory = temporaryDirectory();
  let clickHouse: ServiceProcess | undefined;
  let receivers: ServiceProcess[];
  let projectors: ServiceProcess[];
  let query: ServiceProcess;
  const prefix = `${randomUUID()}.`;

  const started = async (service: Promise<ServiceProcess>) => {
    running.push(await service);
    return running.at(-1)!;
  };
  const environment = () => ({
    KAFKA_BROKERS: kafka.brokers.join(','),
    KAFKA_TOPIC_PREFIX: prefix,
    KAFKA_PARTITIONS: '4',
    RETENTION_DAYS: '20000',
    ...(clickHouse === undefined
      ? storeEnvironment(directory)
      : { CLICKHOUSE_URL: clickHouse.url, DATA_DIR: temporaryDirectory() }),
  });
  const app = (name: 'receiver' | 'projector' | 'query') => started(ServiceProcess.app(name, environment()));

  beforeAll(async () => {
    [kafka, clickHouse] = await Promise.all([
      KafkaCluster.start(),
      onServer() ? undefined : started(ServiceProcess.clickHouse(temporaryDirectory())),
    ]);
    projectors = [await app('projector'), await app('projector')];
    receivers = [await app('receiver'), await app('receiver')];
    query = await app('query');
  });

  afterAll(async () => {
    for (const service of running.reverse()) await service.end();
    await kafka.stop();
    removeTemporaryDirectories();
  });

  const sum = async (services: readonly ServiceProcess[], name: string, labels: Record<string, string>) => {
    const values = await Promise.all(services.map(({ url }) => metric(url, name, labels)));
    return values.reduce((total, value) => total + value, 0);
  };
  const untilAccounted = (type: string, received: number) =>
    eventually(
      async () => (await sum(projectors, 'wfm_events_projected_total', { type })) >= received,
      60_000,
    );

  const EVENTS = 400;
  const CALLS =
    '/historic/agentCallsData?startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z&agentId=w';
  const at = (second: number) => 1_577_836_800 + second;

  it('answer with every event, whichever receiver and projector handled it', async () => {
    for (let i = 0; i < EVENTS; i++) {
      const [agent, turn] = [i % 20, Math.floor(i / 20)];
      const event = {
        systemId: 's',
        workerId: `a${agent}`,
        stateCode: 'Work',
        stateName: 'W',
        action: 1 - (turn % 2),
      };
      const { status } = await postStatus(receivers[i % 2]!.url, { ...event, actionTime: at(10 * turn) });
      expect(status).toBe(204);
    }
    await untilAccounted('status', EVENTS);
    const agents = Array.from({ length: 20 }, (_, i) => `a${i}`).join(',');
    const answer = await request(
      `${query.url}/historic/agentStatusData?startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z&agentId=${agents}`,
    );
    expect(answer.status).toBe(200);
    const states = answer.json() as { agentId: string; states: object[] }[];
    expect(states.map((each) => each.states.length)).toEqual(Array.from({ length: 20 }, () => 10));
  });

  it('account for every record across all projectors', async () => {
    const event = {
      systemId: 's',
      workerId: 'a0',
      stateCode: 'Work',
      stateName: 'W',
      action: 1,
      actionTime: at(0),
    };
    await postStatus(receivers[0]!.url, event);
    await postStatus(receivers[1]!.url, '{not JSON');
    await untilAccounted('status', EVENTS + 1);
    await untilAccounted('dead_letter', 1);
    expect(await sum(projectors, 'wfm_events_projected_total', { type: 'status', outcome: 'stored' })).toBe(
      EVENTS,
    );
    expect(await sum(projectors, 'wfm_events_projected_total', { type: 'status', outcome: 'repeat' })).toBe(
      1,
    );
    expect(await sum(receivers, 'wfm_events_received_total', { outcome: 'accepted' })).toBe(EVENTS + 1);
    await expectAccounts(query.url, [
      balancedAccount('', { deadLettered: 1 }),
      balancedAccount('s', { stored: EVENTS, repeats: 1 }),
    ]);
  });

  it('answer with contacts and directories', async () => {
    const agents = [{ id: 'w', name: 'W', agentGroups: [{ groupId: 'g' }] }];
    expect((await putPersonnel(receivers[0]!.url, { systemId: 's', agents })).status).toBe(204);
    const contact = { systemId: 's', contactId: 'c', groupId: 'g', workerId: 'w' };
    await postContact(receivers[0]!.url, { ...contact, action: 'answered', actionTime: at(0) });
    await postContact(receivers[1]!.url, { ...contact, action: 'finished', actionTime: at(60) });
    await untilAccounted('contact', 2);
    await untilAccounted('personnel', 1);
    expect((await request(`${query.url}/personnel`)).json()).toMatchObject({ agents });
    expect((await request(`${query.url}${CALLS}`)).json()).toMatchObject([
      { agentId: 'w', serviceId: 's', groupId: 'g', agentCalls: [{ duration: 60_000 }] },
    ]);
    // Contact steps and directories have sequence numbers like events.
    await expectAccounts(query.url, [
      balancedAccount('', { deadLettered: 1 }),
      balancedAccount('s', { stored: EVENTS + 3, repeats: 1 }),
    ]);
  });

  it('accept 5 000 agents with long names in one request', async () => {
    const agents = Array.from({ length: 5_000 }, (_, i) => `agent-of-the-north-western-site-${i}`).join(',');
    const answer = await request(
      `${query.url}/historic/agentStatusData?startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z&agentId=${agents},a0`,
    );
    expect(answer.status).toBe(200);
  });

  const rebuild = () =>
    promisify(execFile)(process.execPath, [resolve('dist/apps/maintenance/src/rebuild.js')], {
      env: { PATH: process.env['PATH'], ...environment() },
    });

  it('let the store be rebuilt from Kafka once no projector runs, while queries go on', async () => {
    const path =
      '/historic/agentStatusData?startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z&agentId=a0,a1,a2,a3';
    const answersOf = (paths: readonly string[]) =>
      Promise.all(paths.map(async (each) => (await request(`${query.url}${each}`)).body.toString()));
    const [before] = (await answersOf([path])) as [string];
    const others = [CALLS, '/personnel'];
    const othersBefore = await answersOf(others);
    await expect(rebuild()).rejects.toMatchObject({
      stderr: expect.stringContaining('stop them first') as string,
    });
    for (const projector of projectors) await projector.end();
    const event = { systemId: 's', workerId: 'late', stateCode: 'Work', stateName: 'W' };
    await postStatus(receivers[0]!.url, { ...event, action: 1, actionTime: at(0) });
    await postStatus(receivers[0]!.url, { ...event, action: 0, actionTime: at(60) });
    const answers: string[] = [];
    let asking = true;
    const asked = (async () => {
      while (asking) answers.push((await request(`${query.url}${path}`)).body.toString());
    })();
    const { stdout } = await rebuild();
    asking = false;
    await asked;
    expect(stdout).toMatch(/Rebuilt the store: [\d ]+ records of the log projected in \d+ s\./);
    expect(new Set(answers)).toEqual(new Set([before]));
    expect(await answersOf(others)).toEqual(othersBefore);
    const accounts = [
      balancedAccount('', { deadLettered: 1 }),
      balancedAccount('s', { stored: EVENTS + 5, repeats: 1 }),
    ];
    await expectAccounts(query.url, accounts);
    projectors = [await app('projector')];
    await untilAccounted('status', EVENTS + 3);
    const late = await request(`${query.url}${path.replace('a0,a1,a2,a3', 'late')}`);
    expect(late.json()).toMatchObject([{ agentId: 'late', states: [{ stateCode: 'Work' }] }]);
    expect(await sum(projectors, 'wfm_events_projected_total', { type: 'status', outcome: 'stored' })).toBe(
      EVENTS + 2,
    );
    expect(await answersOf([path, ...others])).toEqual([before, ...othersBefore]);
    // Projectors that read the whole log again change no account.
    await expectAccounts(query.url, accounts);
  });

  it('resend a dead letter through a query process, which marks it in the log', async () => {
    const event = { systemId: 's', workerId: 'resent', stateCode: 'Work', stateName: 'W', action: 1 };
    await postStatus(receivers[0]!.url, { ...event, action: 2, actionTime: at(0) });
    const letters = () => allLetters(query.url, { reason: 'invalid_field' });
    await eventually(async () => (await letters()).length === 1, 60_000);
    const [letter] = await letters();
    const answer = await resendLetter(query.url, letter!.id, JSON.stringify({ ...event, actionTime: at(0) }));
    expect(answer.status).toBe(200);
    await eventually(async () => (await letters())[0]!.resends.length === 1, 60_000);
    const timeline = await askOps(query.url, 'timeline', {
      agentId: 'resent',
      from: String(at(0)),
      to: String(at(9)),
    });
    expect(timeline.json()).toMatchObject({
      timelines: [{ intervals: [{ stateCode: 'Work', endedBy: 'open' }] }],
    });
    // The letter still counts as one; the resent event has a sequence number of the query process.
    await expectAccounts(query.url, [
      balancedAccount('', { deadLettered: 1 }),
      balancedAccount('s', { stored: EVENTS + 6, repeats: 1, deadLettered: 1 }),
    ]);
  });

  it('report readiness and stop cleanly', async () => {
    for (const service of [...receivers, ...projectors, query]) {
      expect((await request(`${service.url}/health/ready`)).status).toBe(200);
    }
    const another = await app('receiver');
    expect(await another.end()).toBe(0);
  });
});
