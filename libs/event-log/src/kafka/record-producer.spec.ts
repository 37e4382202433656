import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { KafkaConnection } from './kafka-connection.js';
import { createProducer } from './record-producer.js';

const CORRELATION_AT = 8;
const UNSUPPORTED_SASL_MECHANISM = 33;

/** The answer to a SaslHandshake (version 1) that takes no mechanism. */
function refusalOf(request: Buffer): Buffer {
  const answer = Buffer.alloc(14);
  answer.writeInt32BE(answer.length - 4, 0);
  request.copy(answer, 4, CORRELATION_AT, CORRELATION_AT + 4);
  answer.writeInt16BE(UNSUPPORTED_SASL_MECHANISM, 8);
  return answer;
}

/** A program of its own, since what must not happen is that it ends. */
const sendingTo = (port: number) => `
  import { setTimeout as sleep } from 'node:timers/promises';
  import { KafkaConnection } from './dist/libs/event-log/src/kafka/kafka-connection.js';
  import { createProducer } from './dist/libs/event-log/src/kafka/record-producer.js';
  const sasl = { mechanism: 'plain', username: 'u', password: 'p' };
  const producer = await createProducer(new KafkaConnection({ brokers: ['127.0.0.1:${port}'], sasl }));
  const message = { topic: 't', key: Buffer.from('k'), value: Buffer.from('v') };
  const outcome = await producer.send({ messages: [message] }).then(() => 'taken', () => 'failed');
  await sleep(100);
  producer.end();
  process.stdout.write(outcome + ', and goes on');
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

  it('only fails where a broker refuses the credentials and then resets the connection', async () => {
    onData = (socket, data) => void socket.write(refusalOf(data), () => socket.resetAndDestroy());
    const { port } = server.address() as AddressInfo;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', sendingTo(port)]);
    expect(stdout).toBe('failed, and goes on');
  });

  it('ends at once, and with it what it waits for, though the broker answers nothing', async () => {
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
