import { PassThrough } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createHttpApp, type HttpAppOptions } from '#edge';
import { createLogger } from '#telemetry';
import { OpenConnection } from '../support/abuse/open-connections.js';
import { rawExchange, statusesOf } from '../support/abuse/raw-exchange.js';
import { eventually } from '../support/http/service-client.js';

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: test\r\n\r\n`;
const CHUNKED = 'HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n';
const NONSENSE = 'nonsense\r\n\r\n';
const BEFORE = 'the beginning of an answer; ';
const AFTER = 'its end';
const REFUSAL = /HTTP\/1\.1 4\d\d [^\r]+\r\n[^]*\{"field":"","message":".+","description":".+"\}$/;

let app: NestFastifyApplication;
let url: string;
let streams: PassThrough[];
let held: FastifyReply[];
let errors: number;

async function start(options: HttpAppOptions = {}): Promise<void> {
  [streams, held, errors] = [[], [], 0];
  const routes = (server: FastifyInstance) => {
    server.server.on('clientError', () => errors++);
    server.get('/stream', (_request, reply) => streamOf(reply));
    // Answers before the body is read.
    server.addContentTypeParser('*', (_request, _payload, done) => done(null));
    server.post('/stream', (_request, reply) => streamOf(reply));
    server.route({
      method: ['GET', 'POST'],
      url: '/held',
      handler: (_request, reply) => void held.push(reply),
    });
  };
  class Nothing {}
  app = await createHttpApp({ module: Nothing }, createLogger('silent'), [routes], options);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
}

afterEach(() => app.close());

function streamOf(reply: FastifyReply): FastifyReply {
  const stream = new PassThrough();
  stream.write(BEFORE);
  streams.push(stream);
  return reply.send(stream);
}

/** Sends the bytes, waits until the service has noticed the malformed ones, then calls `goOn`. */
async function exchange(bytes: string, goOn: () => void): Promise<string> {
  const received = rawExchange(url, bytes, { end: false });
  await eventually(() => errors > 0);
  goOn();
  return received;
}

const endStreams = () => streams.forEach((stream) => stream.end(AFTER));
const chunksOf = (...texts: string[]) =>
  texts.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('');

describe('garbage sent after a request whose answer is in progress', () => {
  it('is answered after the end of a streamed answer, not within it', async () => {
    await start();
    const received = await exchange(get('/stream') + NONSENSE, endStreams);
    expect(statusesOf(received)).toEqual([200, 400]);
    expect(received).toContain(`${chunksOf(BEFORE, AFTER)}0\r\n\r\nHTTP/1.1 400 `);
    expect(received).toMatch(REFUSAL);
  });

  it('is answered after all earlier answers, in order', async () => {
    await start();
    const received = await exchange(get('/held') + get('/stream') + get('/held') + NONSENSE, () => {
      endStreams();
      held.reverse().forEach((reply, nth) => void reply.code(200 + held.length - nth).send());
    });
    expect(statusesOf(received)).toEqual([201, 200, 202, 400]);
    expect(received).toContain(`${chunksOf(BEFORE, AFTER)}0\r\n\r\nHTTP/1.1 202 `);
  });

  it('is answered once, however much of it arrives', async () => {
    await start();
    const received = await exchange(get('/held') + NONSENSE + 'x'.repeat(1024 * 1024) + get('/held'), () => {
      expect(held).toHaveLength(1);
      void held[0]!.code(204).send();
    });
    expect(statusesOf(received)).toEqual([204, 400]);
  });

  it('does not wait beyond the limit, and writes nothing into an answer that is cut off', async () => {
    await start({ finishAnswersMs: 200 });
    const received = await exchange(get('/stream') + NONSENSE, () => undefined);
    expect(statusesOf(received)).toEqual([200]);
    expect(received.endsWith(chunksOf(BEFORE))).toBe(true);
    await eventually(() => streams[0]!.destroyed);
  });

  it('is not answered if it is the body of a request whose answer has begun', async () => {
    await start();
    const connection = await OpenConnection.open(url, `POST /stream ${CHUNKED}2\r\n{}\r\n`);
    await eventually(() => connection.received.includes(BEFORE));
    connection.send('zz\r\n');
    await eventually(() => connection.ended);
    expect(statusesOf(connection.received)).toEqual([200]);
    expect(connection.received.endsWith(chunksOf(BEFORE))).toBe(true);
  });

  it('is answered at once if no answer is in progress, even if it is a body', async () => {
    await start();
    const nothing = () => undefined;
    expect(statusesOf(await exchange(NONSENSE, nothing))).toEqual([400]);
    errors = 0;
    expect(statusesOf(await exchange(`POST /held ${CHUNKED}zz\r\n`, nothing))).toEqual([400]);
    expect(held).toHaveLength(1);
  });
});

describe('an unfinished request after one whose answer is in progress', () => {
  it('is answered 408 after the end of that answer', async () => {
    await start({ requestTimeout: { timeoutMs: 200, checkMs: 20 } });
    const received = await exchange(`${get('/stream')}GET /held HTT`, endStreams);
    expect(statusesOf(received)).toEqual([200, 408]);
    expect(received).toContain(`${AFTER}\r\n0\r\n\r\nHTTP/1.1 408 `);
    expect(received).toMatch(REFUSAL);
  });
});
