import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.js';
import { KafkaCluster } from '../support/kafka/kafka-cluster.js';
import { OtlpCollector } from '../support/tools/otlp-collector.js';
import { eventually, postStatus, request, untilProjected } from '../support/http/service-client.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const POST = 'POST /ccwfm/api/rest/status';
const EVENT = { systemId: 's', workerId: 'agent-7', stateCode: 'W', stateName: 'W', action: 1 };
const now = Math.floor(Date.now() / 1000);
const tracingTo = (url: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_BSP_SCHEDULE_DELAY: '50',
});
const newTraceId = () => randomBytes(16).toString('hex');
const caller = (traceId: string, flags = '01') => ({
  traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}`,
});

describe('traces of the service', () => {
  let collector: OtlpCollector;
  let service: StandaloneProcess;

  beforeAll(async () => {
    collector = await OtlpCollector.start();
    service = await StandaloneProcess.start({ env: tracingTo(collector.url) });
  });

  afterAll(async () => {
    await service.stop();
    await collector.stop();
    removeTemporaryDirectories();
  });

  it("continue the caller's trace from the post through the append to the batch with the event", async () => {
    const traceId = newTraceId();
    expect((await postStatus(service.url, { ...EVENT, actionTime: now - 9 }, caller(traceId))).status).toBe(
      204,
    );
    await untilProjected(service.url);
    const carried = () =>
      collector
        .named('project wfm.status.v1')
        .filter(({ links }) => links.some((link) => link.traceId === traceId));
    await eventually(() => carried().length > 0 && collector.named(POST, traceId).length > 0);
    const [posted] = collector.named(POST, traceId);
    expect(posted).toMatchObject({
      service: 'statusledger',
      parentSpanId: '00f067aa0ba902b7',
      failed: false,
    });
    expect(posted!.attributes).toMatchObject({ 'http.response.status_code': '204' });
    const [appended] = collector.named('append wfm.status.v1', traceId);
    expect(appended).toMatchObject({ parentSpanId: posted!.spanId });
    expect(carried()).toHaveLength(1);
    expect(carried()[0]!.links).toEqual([{ traceId, spanId: appended!.spanId }]);
    expect(carried()[0]!.traceId).not.toBe(traceId);
    expect([...collector.paths]).toEqual(['POST /v1/traces application/x-protobuf']);
  });

  it('start for a caller without one, and respect a caller that does not want to be recorded', async () => {
    const traceId = newTraceId();
    await postStatus(service.url, { ...EVENT, actionTime: now - 8 }, caller(traceId, '00'));
    await postStatus(service.url, { ...EVENT, actionTime: now - 7 }, { traceparent: 'nonsense' });
    await eventually(() => collector.named(POST).some(({ parentSpanId }) => parentSpanId === ''));
    expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([]);
    expect(collector.spans.flatMap(({ links }) => links).filter((link) => link.traceId === traceId)).toEqual(
      [],
    );
  });

  it('link a batch to the traces of its events, up to a limit', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => ({ ...EVENT, actionTime: now - 1_000 + i }));
    const traceIds = lines.map(newTraceId);
    await untilProjected(service.url); // Events of other tests must not share these batches.
    await Promise.all(lines.map((line, i) => postStatus(service.url, line, caller(traceIds[i]!))));
    await untilProjected(service.url);
    const batches = () =>
      collector
        .named('project wfm.status.v1')
        .filter(({ links }) => links.some((link) => traceIds.includes(link.traceId)));
    const count = (name: string) =>
      batches().reduce((sum, { attributes }) => sum + Number(attributes[name] ?? 0), 0);
    await eventually(() => count('messaging.batch.message_count') === 300);
    for (const { links } of batches()) expect(links.length).toBeLessThanOrEqual(128);
    const links = batches().reduce((sum, { links }) => sum + links.length, 0);
    expect(links + count('statusledger.links_left_out')).toBe(300);
    expect(count('statusledger.links_left_out')).toBeGreaterThan(0);
  });

  it('have a span for each query, without agent ids', async () => {
    const traceId = newTraceId();
    const path =
      '/historic/agentStatusData?startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z&agentId=agent-7';
    const answer = await request(`${service.url}${path}`, { headers: caller(traceId) });
    expect(answer.status).toBe(200);
    await eventually(() => collector.named('GET /historic/agentStatusData', traceId).length === 1);
    expect(JSON.stringify(collector.spans)).not.toContain('agent-7');
  });

  it('leave out the requests that are repeated every few seconds', async () => {
    await request(`${service.url}/health/ready`);
    await request(`${service.url}/metrics`);
    const traceId = newTraceId();
    await request(`${service.url}/nothing/here`, { headers: caller(traceId) });
    await eventually(() => collector.spans.some((span) => span.traceId === traceId));
    expect(collector.spans.filter(({ name }) => /health|metrics/.test(name))).toEqual([]);
  });
});

describe('a service whose trace collector', () => {
  afterAll(removeTemporaryDirectories);

  it('is unreachable works as usual, logs that once, and stops in time', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const service = await StandaloneProcess.start({
      env: { ...tracingTo(url), OTEL_EXPORTER_OTLP_TIMEOUT: '200', LOG_LEVEL: 'info' },
    });
    for (let i = 0; i < 40; i++) {
      expect((await postStatus(service.url, { ...EVENT, actionTime: now - 100 + i })).status).toBe(204);
    }
    await untilProjected(service.url);
    expect((await request(`${service.url}/online/agentStatus`)).status).toBe(200);
    await eventually(() => service.printed.includes('traces cannot be sent'));
    const stoppedAt = Date.now();
    expect(await service.stop()).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(15_000);
    // Once from the main thread, once from the projectors' thread.
    expect(service.printed.split('traces cannot be sent').length - 1).toBeLessThanOrEqual(2);
    silent.close();
  });
});

describeWithKafka('traces across processes through Kafka', () => {
  afterAll(removeTemporaryDirectories);

  it('lead from the post at a receiver to the batch of a projector', async () => {
    const collector = await OtlpCollector.start();
    const [kafka, clickHouse] = await Promise.all([
      KafkaCluster.start(),
      ServiceProcess.clickHouse(temporaryDirectory()),
    ]);
    const env = {
      ...tracingTo(collector.url),
      KAFKA_BROKERS: kafka.brokers.join(','),
      KAFKA_TOPIC_PREFIX: `${randomBytes(8).toString('hex')}.`,
      KAFKA_PARTITIONS: '2',
      KAFKA_REPLICATION_FACTOR: '1',
      CLICKHOUSE_URL: clickHouse.url,
    };
    const started = (name: 'receiver' | 'projector') =>
      ServiceProcess.app(name, { ...env, DATA_DIR: temporaryDirectory() });
    const services = [await started('projector'), await started('receiver')];
    const traceId = newTraceId();
    const { status } = await postStatus(services[1]!.url, { ...EVENT, actionTime: now - 9 }, caller(traceId));
    expect(status).toBe(204);
    const carried = () =>
      collector.spans.filter(({ links }) => links.some((link) => link.traceId === traceId));
    await eventually(() => carried().length > 0 && collector.named(POST, traceId).length > 0, 90_000);
    const [appended] = collector.named('append wfm.status.v1', traceId);
    expect(appended).toMatchObject({ service: 'statusledger-receiver' });
    expect(carried()[0]).toMatchObject({
      service: 'statusledger-projector',
      name: 'project wfm.status.v1',
      links: [{ traceId, spanId: appended!.spanId }],
    });
    for (const service of [...services, clickHouse]) await service.end();
    await kafka.stop();
    await collector.stop();
  });
});
