import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { KafkaConnection } from '../kafka-connection.js';
import { createProducer } from './record-producer.js';

const CORRELATION_AT = 8;
const NO_ERROR = 0;
const DEADLINE_MS = 30_000;
/** Whether the reset comes as a second error depends on when it arrives: about every other attempt. */
const ATTEMPTS = 10;
const UNSUPPORTED_SASL_MECHANISM = 33;
/** More than a connection's buffers accept while the other side does not read. */
const UNREAD_BYTES = 64 * 1024 * 1024;

/** The answer to a SaslHandshake (version 1), without a list of mechanisms. */
function answerTo(request: Buffer, errorCode: number): Buffer {
  const answer = Buffer.alloc(14);
  answer.writeInt32BE(answer.length - 4, 0);
  request.copy(answer, 4, CORRELATION_AT, CORRELATION_AT + 4);
  answer.writeInt16BE(errorCode, 8);
  return answer;
}

const creatingAt = (port: number, passwordBytes: number) => `
  import { KafkaConnection } from './dist/libs/event-log/src/kafka/kafka-connection.js';
  import { createProducer } from './dist/libs/event-log/src/kafka/appending/record-producer.js';
  const sasl = { mechanism: 'plain', username: 'u', password: 'p'.repeat(${passwordBytes}) };
  const producer = await createProducer(new KafkaConnection({ brokers: ['127.0.0.1:${port}'], sasl }));
  const message = { topic: 't', key: Buffer.from('k'), value: Buffer.from('v') };
  const connections = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const turn = () => new Promise(setImmediate);
`;

/** A separate program, since the failure to detect is the end of the process. */
const sendingTo = (port: number) => `${creatingAt(port, 1)}
  const outcomes = new Set();
  for (let attempt = 0; attempt < ${ATTEMPTS}; attempt++)
    await producer.send({ messages: [message] }).then(() => outcomes.add('taken'), () => outcomes.add('failed'));
  while (connections() > 0) await turn();
  for (let turns = 0; turns < 2; turns++) await turn();
  producer.end();
  process.stdout.write([...outcomes] + ', and goes on');
`;

/** A separate program, since only the whole process can list its open connections. */
const endingOnRequest = (port: number) => `${creatingAt(port, UNREAD_BYTES)}
  producer.send({ messages: [message] }).catch(() => undefined);
  process.stdin.resume().once('end', async () => {
    const before = connections();
    producer.end();
    for (let turns = 0; turns < 2; turns++) await turn();
    process.stdout.write(before + ' before, ' + connections() + ' after');
  });
`;
const run = promisify(execFile);

describe('a producer', () => {
  let server: Server;
  let sockets: Socket[];
  let onData: (socket: Socket, data: Buffer) => void;

  beforeEach(async () => {
    sockets = [];
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('data', (data: Buffer) => onData(socket, data)).on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  it('merely rejects when a broker refuses the credentials and then resets the connection', async () => {
    onData = (socket, data) =>
      void socket.write(answerTo(data, UNSUPPORTED_SASL_MECHANISM), () => socket.resetAndDestroy());
    const { port } = server.address() as AddressInfo;
    const program = ['--input-type=module', '-e', sendingTo(port)];
    const { stdout } = await run(process.execPath, program, { timeout: DEADLINE_MS });
    expect(stdout).toBe('failed, and goes on');
  });

  it('ends at once even if the broker does not read what is being sent', async () => {
    const unread = new Promise<void>((resolve) => {
      onData = (socket, data) => {
        onData = () => {
          socket.pause();
          resolve();
        };
        socket.write(answerTo(data, NO_ERROR));
      };
    });
    const { port } = server.address() as AddressInfo;
    const ending = run(process.execPath, ['--input-type=module', '-e', endingOnRequest(port)]);
    await unread;
    ending.child.stdin!.end();
    expect((await ending).stdout).toBe('1 before, 0 after');
  });

  it('ends at once, and rejects pending requests, even if the broker never answers', async () => {
    const asked = new Promise<void>((resolve) => (onData = () => resolve()));
    const { port } = server.address() as AddressInfo;
    const producer = await createProducer(new KafkaConnection({ brokers: [`127.0.0.1:${port}`] }));
    const message = { topic: 't', key: Buffer.from('k'), value: Buffer.from('v') };
    const sent = producer.send({ messages: [message] });
    sent.catch(() => undefined);
    await asked;
    producer.end();
    await expect(sent).rejects.toThrow();
    while (sockets.some(({ closed }) => !closed)) await new Promise(setImmediate);
  });
});
