import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApp } from '#edge';
import { Topic } from '#event-log';
import { createMetrics, type Logger } from '#telemetry';
import { propertySeed } from '../../../domain/src/timeline.arbitrary.js';
import { eventually, request } from '../../../../test/support/http/service-client.js';
import { MAX_BATCHES_UNDER_WAY, MAX_BATCH_LINES } from '../writing/bulk-ingestion.js';
import { ReceiverModule, registerIngestionHooks } from './receiver.module.js';
import { RecordingLog } from '../writing/recording-log.fixture.js';

const NOW = 1_700_000_000_000;
const TIMEOUT = { timeoutMs: 200, checkMs: 20 };
const NDJSON = { 'content-type': 'application/x-ndjson' };
const LAST_CHUNK = '0\r\n\r\n';

const status = {
  systemId: 'system',
  workerId: '1',
  stateCode: 'Break',
  stateName: 'Break',
  actionTime: NOW / 1000,
  action: 1,
};
const contact = {
  systemId: 'system',
  contactId: 'c',
  groupId: '1',
  actionTime: NOW / 1000,
  action: 'answered',
  workerId: '1',
};
const line = JSON.stringify(status);

describe('an upload', () => {
  let app: NestFastifyApplication;
  let server: Server;
  let log: RecordingLog;
  let errors: unknown[];
  let port: number;
  let sockets: Socket[];

  async function start(uploadIdleMs: number): Promise<void> {
    log = new RecordingLog();
    errors = [];
    sockets = [];
    const logger = {
      error: (...args: unknown[]) => errors.push(args),
      info() {},
      isLevelEnabled: () => false,
    } as unknown as Logger;
    const limits = { maxClockSkewSeconds: 300, retentionDays: 400 };
    const receiver = ReceiverModule.register({
      log,
      metrics: createMetrics(),
      logger,
      limits,
      now: () => NOW,
      uploadIdleMs,
    });
    app = await createHttpApp(receiver, logger, [registerIngestionHooks], { requestTimeout: TIMEOUT });
    await app.listen(0, '127.0.0.1');
    server = app.getHttpServer() as Server;
    port = Number(new URL(await app.getUrl()).port);
  }

  // Longer than any test waits.
  beforeEach(() => start(100_000));

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await app.close();
  });

  /** Opens a connection whose answers can be read as they arrive. */
  async function dial() {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return { socket, answer: () => answer };
  }

  const head = (path: string, type: string) =>
    `POST /ccwfm/api/rest/${path} HTTP/1.1\r\nHost: test\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  const UPLOAD = head('events', 'application/x-ndjson');

  /** Resolves when a request has exceeded the time limit. */
  const aTimeout = () => once(server, 'clientError');

  it('may take longer than other requests, which are answered 408', async () => {
    const single = await dial();
    single.socket.write(head('status', 'application/json') + chunk('{"systemId":'));
    await aTimeout();
    await eventually(() => single.answer().startsWith('HTTP/1.1 408'));
    await eventually(() => single.socket.closed);
    expect(JSON.parse(single.answer().split('\r\n\r\n')[1]!)).toMatchObject({ field: '', message: /./ });

    const upload = await dial();
    upload.socket.write(UPLOAD + chunk(`${line}\n`));
    await aTimeout();
    upload.socket.write(chunk(line) + LAST_CHUNK);
    await eventually(() => upload.answer().includes('"accepted":2'));
    expect(upload.answer()).toMatch(/^HTTP\/1\.1 200/);
  });

  it('leaves the time limit of later requests on its connection in place', async () => {
    const { socket, answer } = await dial();
    socket.write(UPLOAD + chunk(line) + LAST_CHUNK);
    await eventually(() => answer().includes('"accepted":1'));
    socket.write(head('status', 'application/json') + chunk('{"systemId":'));
    await eventually(() => answer().includes('HTTP/1.1 408'));
    await eventually(() => socket.closed);
  });

  it('is answered 408 when nothing arrives for too long, and its complete lines are stored', async () => {
    await app.close();
    await start(300);
    const { socket, answer } = await dial();
    socket.write(UPLOAD + chunk(`${line}\n${line.slice(0, 20)}`));
    await eventually(() => answer().startsWith('HTTP/1.1 408'));
    await eventually(() => socket.closed);
    expect(answer()).toContain('Nothing arrived for 0.3 seconds');
    expect(log.kept).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it('has its complete lines stored, and logs no error, when the client aborts', async () => {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const { socket } = await dial();
    const [atServer] = await accepted;
    log.held = true;
    socket.write(UPLOAD + chunk(`${line}\nno JSON\n${line}`));
    await eventually(() => log.waiting === 2);
    socket.write(chunk(`\n${line.slice(0, 20)}`));
    await eventually(() => atServer.bytesRead === socket.bytesWritten);
    socket.destroy();
    await eventually(() => atServer.closed);
    log.held = false;
    log.release();
    await eventually(() => log.kept.length === 3);
    expect(log.keptIn(Topic.deadLetter)).toMatchObject([{ reason: 'malformed' }]);
    const answer = await request(`http://127.0.0.1:${port}/ccwfm/api/rest/status`, {
      method: 'POST',
      body: line,
    });
    expect(answer.status).toBe(204);
    expect(log.kept).toHaveLength(4);
    expect(errors).toEqual([]);
  });

  it('is read no further while the log is slower than the sender', async () => {
    log.held = true;
    const { socket, answer } = await dial();
    const count = 40_000;
    const text = Array<string>(1000)
      .fill(`${JSON.stringify({ ...status, fill: 'x'.repeat(1000) })}\n`)
      .join('');
    socket.write(UPLOAD);
    let sent = 0;
    const send = () => {
      while (sent < count && socket.write(chunk(text))) sent += 1000;
    };
    socket.on('drain', () => {
      sent += 1000;
      send();
    });
    send();
    await eventually(() => log.appends.length === MAX_BATCHES_UNDER_WAY && socket.writableNeedDrain);
    let before = -1;
    // The buffers of the two sockets fill up; after that nothing moves.
    await eventually(() => {
      const stands = before === socket.bytesWritten;
      before = socket.bytesWritten;
      return stands && socket.writableNeedDrain;
    });
    expect(log.waiting).toBeLessThanOrEqual(MAX_BATCHES_UNDER_WAY * MAX_BATCH_LINES);
    expect(log.appends).toHaveLength(MAX_BATCHES_UNDER_WAY);
    expect(sent).toBeLessThan(count / 2);
    log.held = false;
    log.release();
    await eventually(() => sent >= count);
    socket.write(LAST_CHUNK);
    await eventually(() => answer().includes(`"accepted":${sent}`));
  });

  it('is answered 503 with the counts so far, before it ends, when the log becomes unavailable', async () => {
    const { socket, answer } = await dial();
    socket.write(UPLOAD + chunk(`${line}\nno JSON\n`));
    await eventually(() => log.kept.length === 2);
    log.unavailable = true;
    socket.write(chunk(`${line}\n`));
    await eventually(() => answer().includes('}'));
    const [heading, body] = answer().split('\r\n\r\n');
    expect(heading).toMatch(/^HTTP\/1\.1 503/);
    expect(heading).toMatch(/retry-after: [1-9]/i);
    expect(JSON.parse(body!)).toEqual({
      field: '',
      message: expect.stringMatching(/./) as string,
      description: expect.stringMatching(/./) as string,
      received: 3,
      accepted: 1,
      deadLettered: 1,
    });
    log.unavailable = false;
    socket.write(LAST_CHUNK + UPLOAD + chunk(line) + LAST_CHUNK);
    await eventually(() => answer().includes('HTTP/1.1 200'));
    expect(errors).toHaveLength(1);
  });

  it('is cut off some time after a 503 if it does not end', async () => {
    log.unavailable = true;
    const { socket, answer } = await dial();
    socket.write(UPLOAD + chunk(`${line}\n`));
    await eventually(() => answer().includes('}'));
    expect(answer()).toMatch(/^HTTP\/1\.1 503/);
    await eventually(() => socket.closed);
  });

  const value = fc.oneof(
    fc.constantFrom<unknown>(
      '1',
      '',
      ' x ',
      0,
      1,
      2.5,
      null,
      true,
      {},
      'queued',
      'answered',
      'x'.repeat(257),
    ),
    fc.constantFrom<unknown>(
      NOW,
      NOW / 1000,
      `${NOW}`,
      NOW + 400_000,
      0,
      'a\u0000',
      '\ud800',
      12345678901234567890n,
    ),
  );
  const changes = fc.dictionary(
    fc.constantFrom(...Object.keys({ ...status, ...contact }), 'customerId', 'unknown'),
    value,
    { maxKeys: 2 },
  );
  const spelled = (body: object) =>
    JSON.stringify(body, (_key, one: unknown) => (typeof one === 'bigint' ? `#${one}#` : one)).replace(
      /"#(\d+)#"/g,
      '$1',
    );
  const body = fc.oneof(
    {
      weight: 10,
      arbitrary: fc
        .tuple(fc.constantFrom(status, contact), changes)
        .map((all) => spelled(Object.assign({}, ...all) as object)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '[]',
        'null',
        '{',
        ' ',
        '\ufeff{}',
        '{"action":1,"action":1}',
        'x'.repeat(70_000),
      ),
    },
  );
  const isContact = (text: string) => {
    try {
      return ((JSON.parse(text) as { contactId?: unknown }).contactId ?? null) !== null;
    } catch {
      return false;
    }
  };

  it(`is validated line by line like single posts (FC_SEED=${propertySeed})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 20 }), async (bodies) => {
        log.kept.length = 0;
        const expected: unknown[] = [];
        for (const [i, text] of bodies.entries()) {
          const path = `http://127.0.0.1:${port}/ccwfm/api/rest/${isContact(text) ? 'contact' : 'status'}`;
          const answer = await request(path, {
            method: 'POST',
            headers: { prefer: 'handling=strict' },
            body: text,
          });
          if (answer.status !== 204) expected.push({ line: i + 1, ...(answer.json() as object) });
        }
        const single = { events: kept(), letters: letters() };
        log.kept.length = 0;
        const answer = await request(`http://127.0.0.1:${port}/ccwfm/api/rest/events`, {
          method: 'POST',
          headers: NDJSON,
          body: bodies.join('\n'),
        });
        const { rejections } = answer.json() as { rejections: Record<string, unknown>[] };
        expect(rejections.map(({ reason: _reason, ...answer }) => answer)).toEqual(expected);
        expect({ events: kept(), letters: letters() }).toEqual(single);
      }),
      { seed: propertySeed, numRuns: 60 },
    );
  });

  const kept = () => [Topic.status, Topic.contact].map((topic) => log.keptIn(topic));
  const letters = () =>
    log.keptIn(Topic.deadLetter).map(({ message, ...letter }) => ({
      ...letter,
      message: (message as string).replace(/^line \d+: /, ''),
    }));
});
