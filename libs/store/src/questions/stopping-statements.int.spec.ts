import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreConnection } from '../connection/connection.js';
import { QuestionAbandonedError } from './asker.js';

/** It would take minutes. */
const ENDLESS = 'SELECT sum(sipHash64(number, {salt:UInt64})) FROM numbers(1000000000000)';
const STOPPED_WITHIN_MS = 10_000;

const someone = (controller: AbortController) => ({ client: 'a', signal: controller.signal });

describe('A statement that nobody waits for any more', () => {
  let directory: string;
  let connection: StoreConnection;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'statusledger-questions-'));
    connection = StoreConnection.open({ dataDirectory: directory, database: 'ignored' }, { questions: true });
  });

  afterAll(async () => {
    await connection.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const running = async () => {
    const [row] = await connection.rows<[number]>(
      // The engine lists a stopped statement until the next one runs on the same connection.
      `SELECT count() FROM system.processes
       WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%processes%' AND is_cancelled = 0`,
    );
    return row![0];
  };
  const until = async (count: number) => {
    const deadline = performance.now() + STOPPED_WITHIN_MS;
    while ((await running()) !== count) {
      if (performance.now() > deadline) throw new Error(`there are still ${await running()} statements`);
    }
  };

  it('is stopped by the embedded engine while it runs, and the next one takes its place', async () => {
    const controller = new AbortController();
    const large = connection.askedBy(someone(controller)).forQuestion('large');
    const answer = large.text(ENDLESS, { salt: 1 });
    answer.catch(() => undefined);
    await until(1);
    controller.abort();
    await expect(answer).rejects.toThrow(QuestionAbandonedError);
    await until(0);
    const next = connection.askedBy(someone(new AbortController())).forQuestion('large');
    await expect(next.rows('SELECT {a:String}, 1', { a: 'a\nb' })).resolves.toEqual([['a\nb', 1]]);
  });

  it('is stopped even if its asker leaves before the engine has begun it', async () => {
    const controller = new AbortController();
    const answer = connection.askedBy(someone(controller)).forQuestion('large').text(ENDLESS, { salt: 2 });
    controller.abort();
    await expect(answer).rejects.toThrow(QuestionAbandonedError);
    const next = connection.askedBy(someone(new AbortController())).forQuestion('large');
    await expect(next.text(`SELECT '1'`)).resolves.toEqual(Buffer.from('1'));
    await until(0);
  });

  it('does not prevent its connection from closing, and the other connections of the process stay open', async () => {
    const other = StoreConnection.open(
      { dataDirectory: directory, database: 'ignored' },
      { questions: true },
    );
    const answers = [3, 4, 5].map((salt) => other.forQuestion('large').text(ENDLESS, { salt }));
    for (const answer of answers) answer.catch(() => undefined);
    await until(1);
    await other.close();
    for (const answer of answers) await expect(answer).rejects.toThrow();
    await until(0);
  });

  it('fails with the message and the code of the engine', async () => {
    const failing = connection.rows('SELECT throwIf(1)');
    await expect(failing).rejects.toMatchObject({ name: 'EngineError', code: '395' });
  });

  it('is cut off at a server, which was asked to stop it in that case', async () => {
    const asked: URLSearchParams[] = [];
    const server = createServer((request) => {
      asked.push(new URL(request.url!, 'http://server').searchParams);
      server.emit('asked', request);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const remote = StoreConnection.open({ url, database: 'd' }, { questions: true });
    const controller = new AbortController();
    const reached = once(server, 'asked');
    const answer = remote.askedBy(someone(controller)).forQuestion('large').text('SELECT 1');
    answer.catch(() => undefined);
    const [request] = (await reached) as [import('node:http').IncomingMessage];
    const cut = once(request.socket, 'close');
    controller.abort();
    await cut;
    await expect(answer).rejects.toThrow(QuestionAbandonedError);
    expect(Object.fromEntries(asked[0]!)).toMatchObject({
      cancel_http_readonly_queries_on_client_close: '1',
    });
    await remote.close();
    server.close();
  });
});
