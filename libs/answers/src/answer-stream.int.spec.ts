import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApp } from '#edge';
import type { JsonPieces, QueryStore } from '#store';
import { createMetrics, type Logger, type Metrics } from '#telemetry';
import { eventually, request } from '../../../test/support/http/service-client.js';
import { QueryModule } from './query.module.js';

const PATH =
  '/historic/agentStatusData?startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z&agentId=1';
const MIB = 1024 * 1024;
/** The end of a complete chunked body. */
const LAST_CHUNK = '0\r\n\r\n';

async function* noPieces(): JsonPieces {}

/** A store whose answer to `agentStatusData` the tests provide. */
class StoreUnderTest implements QueryStore {
  pieces: () => JsonPieces = noPieces;

  askedBy = () => this;
  agentStatusData = () => this.pieces();
  agentLoginData = noPieces;
  serviceGroupData = noPieces;
  agentCallsData = noPieces;
  agentChatsWorkTime = noPieces;
  agentStatus = noPieces;
  groupsOnlineLoad = async () => undefined;
  personnel = async () => undefined;
  countActiveAgents = async () => 0;
  systems = async () => ['the only one'];
  ping = async () => undefined;
}

/** A promise and the function that resolves it. */
function signal() {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { give, given };
}

describe('a streamed answer', () => {
  let app: NestFastifyApplication;
  let server: Server;
  let url: string;
  let store: StoreUnderTest;
  let metrics: Metrics;
  let errors: { err: unknown; requestId: string; message: string }[];

  beforeEach(async () => {
    store = new StoreUnderTest();
    metrics = createMetrics();
    errors = [];
    const logger = {
      error: ({ err, requestId }: { err: unknown; requestId: string }, message: string) =>
        errors.push({ err, requestId, message }),
    } as unknown as Logger;
    const query = QueryModule.register({
      store,
      metrics,
      logger,
      defaultSystemId: undefined,
    });
    app = await createHttpApp(query, logger);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    server = app.getHttpServer() as Server;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await app.close();
  });

  /** The number of timed answers, by status. */
  const timed = async () => {
    const { values } = await metrics.querySeconds.get();
    return Object.fromEntries(
      values
        .filter(({ metricName }) => metricName?.endsWith('_count'))
        .map(({ labels, value }) => [labels.status, value]),
    );
  };
  const untilTimed = (status: string) => eventually(async () => (await timed())[status] === 1);

  /** Sends the request without reading the answer. */
  const ask = async (): Promise<Socket> => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).pause();
    await once(socket, 'connect');
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`);
    return socket;
  };
  const readToEnd = async (socket: Socket): Promise<string> => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.resume();
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('latin1');
  };

  it('has an end that shows that it is complete', async () => {
    store.pieces = async function* () {
      yield Buffer.from('1,');
      yield Buffer.from('2');
    };
    const bytes = await readToEnd(await ask());
    expect(bytes).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(bytes.endsWith(LAST_CHUNK)).toBe(true);
    expect((await request(`${url}${PATH}`)).body.toString()).toBe('[1,2]');
  });

  it('is a 404 if there are no pieces', async () => {
    const answer = await request(`${url}${PATH}`);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ field: '', message: 'no data' });
    await untilTimed('404');
    expect(errors).toEqual([]);
  });

  it('does not look complete if the store fails halfway, and the failure is logged and counted as a fault of the service', async () => {
    const fault = new Error('the store went away');
    store.pieces = async function* () {
      yield Buffer.from('{"agentId":"1"}');
      throw fault;
    };
    const bytes = await readToEnd(await ask());
    expect(bytes).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(bytes).toContain('{"agentId":"1"}');
    expect(bytes).not.toContain(']');
    expect(bytes.endsWith(LAST_CHUNK)).toBe(false);
    await untilTimed('500');
    expect(await timed()).toEqual({ 500: 1 });
    const requestId = expect.stringMatching(/^[0-9a-f]{16}-\w+$/) as string;
    expect(errors).toEqual([{ message: 'an answer was cut off', err: fault, requestId }]);
    store.pieces = noPieces;
    expect((await request(`${url}${PATH}`)).status).toBe(404);
  });

  it('counts as a fault of the service even if the store fails with the error of a stream closed too early', async () => {
    const fault = Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
    store.pieces = async function* () {
      yield* noPieces();
      throw fault;
    };
    const answer = await request(`${url}${PATH}`);
    expect(answer.status).toBe(500);
    expect(Object.keys(answer.json() as object)).toEqual(['field', 'message', 'description']);
    // The error is for the log, not for the client.
    expect(answer.body.toString()).not.toContain(fault.message);
    expect(await timed()).toEqual({ 500: 1 });
    // The id of the request links the answer to the log.
    const requestId = answer.headers['x-request-id'] as string;
    expect(answer.json()).toMatchObject({ description: expect.stringContaining(requestId) as string });
    expect(errors).toEqual([{ message: 'a request failed', err: fault, requestId }]);
  });

  describe('that is large', () => {
    const PIECES = 200;
    let made: number;
    let ended: boolean;

    beforeEach(() => {
      made = 0;
      ended = false;
      store.pieces = async function* () {
        try {
          for (; made < PIECES; made++) yield Buffer.alloc(MIB, ' ');
          yield Buffer.from('1');
        } finally {
          ended = true;
        }
      };
    });

    /** Waits until nothing was produced for a while: all buffers are full. */
    const untilSteady = async () => {
      let last = { made, at: Date.now() };
      await eventually(() => {
        if (made !== last.made) last = { made, at: Date.now() };
        return made > 0 && Date.now() - last.at > 500;
      });
    };

    it('is produced only as fast as the client reads it', async () => {
      const socket = await ask();
      await untilSteady();
      expect(made).toBeLessThan(PIECES / 4);
      expect(ended).toBe(false);
      const bytes = await readToEnd(socket);
      expect(bytes.length).toBeGreaterThan(PIECES * MIB);
      expect(bytes.endsWith(LAST_CHUNK)).toBe(true);
      expect(ended).toBe(true);
    });

    it('stops, without logging an error, when the client disconnects halfway', async () => {
      const socket = await ask();
      await untilSteady();
      const before = made;
      socket.destroy();
      await eventually(() => ended);
      expect(made).toBeLessThanOrEqual(before + 1);
      await untilTimed('499');
      expect(await timed()).toEqual({ 499: 1 });
      expect(errors).toEqual([]);
    });
  });

  it('stops, without logging an error, when the client disconnects before the first piece', async () => {
    const begun = signal();
    const ready = signal();
    let made = 0;
    let ended = false;
    store.pieces = async function* () {
      begun.give();
      await ready.given;
      try {
        for (; made < 1_000; made++) yield Buffer.alloc(MIB);
      } finally {
        ended = true;
      }
    };
    const connections = () =>
      new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    const socket = await ask();
    await begun.given;
    socket.destroy();
    await eventually(async () => (await connections()) === 0);
    ready.give();
    await eventually(() => ended);
    expect(made).toBeLessThanOrEqual(1);
    await untilTimed('499');
    expect(errors).toEqual([]);
  });
});
