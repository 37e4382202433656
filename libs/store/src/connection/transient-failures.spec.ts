import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { CLOCK_JUMPS, withJumpingWallClock } from '../../../../test/support/chaos/jumping-clock.js';
import { isTransient, RETRY_FOR_MS, retryingTransient } from './transient-failures.js';

const failure = (code: string) => Object.assign(new Error('failed'), { code });

describe('A failure', () => {
  it.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', '242', '286', '289', '319', '999'])(
    'is transient if its code, or that of its cause, is %s',
    (code) => {
      expect(isTransient(failure(code))).toBe(true);
      expect(isTransient(new Error('wrapped', { cause: failure(code) }))).toBe(true);
    },
  );

  it('is transient if the server hung up', async () => {
    const error = await failureOn((request) => request.socket.destroy());
    expect(error).toMatchObject({ message: 'socket hang up' });
    expect(isTransient(error)).toBe(true);
  });

  it('is transient if the server answers that it cannot write at present', async () => {
    const error = await failureOn((_, response) =>
      response
        .writeHead(500, { 'x-clickhouse-exception-code': '242' })
        .end('Code: 242. DB::Exception: Table is in readonly mode. (TABLE_IS_READ_ONLY) (version 26.1)'),
    );
    expect(error).toMatchObject({ code: '242' });
    expect(isTransient(error)).toBe(true);
  });

  it('is not judged by its message', () => {
    expect(isTransient(new Error('socket hang up'))).toBe(false);
  });

  it.each(['60', '62', '516', 'ENOENT', ''])('is not transient if its code is %s', (code) => {
    expect(isTransient(failure(code))).toBe(false);
  });
});

/** What the client of a server that answers like this rejects with. */
async function failureOn(answer: RequestListener): Promise<unknown> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = createClient({
    url: `http://127.0.0.1:${port}`,
    log: { level: ClickHouseLogLevel.OFF },
  });
  try {
    return await client.command({ query: 'SELECT 1' }).catch((error: unknown) => error);
  } finally {
    await client.close();
    server.close();
  }
}

describe('An attempt', () => {
  const never = new AbortController().signal;

  it('is repeated until it succeeds', async () => {
    let attempts = 0;
    const attempt = () => (++attempts < 4 ? Promise.reject(failure('ECONNRESET')) : Promise.resolve('done'));
    expect(await retryingTransient(attempt, never)).toBe('done');
    expect(attempts).toBe(4);
  });

  it.each(CLOCK_JUMPS)('is repeated even when the wall clock jumps by %i ms', async (jump) => {
    let attempts = 0;
    const attempt = () => (++attempts < 3 ? Promise.reject(failure('286')) : Promise.resolve('done'));
    expect(await withJumpingWallClock(jump, () => retryingTransient(attempt, never))).toBe('done');
  });

  it('is made once if its failure is not transient', async () => {
    let attempts = 0;
    const attempt = () => Promise.reject(failure(`6${++attempts}`));
    await expect(retryingTransient(attempt, never)).rejects.toMatchObject({ code: '61' });
  });

  it('is given up after a while, with its last failure', async () => {
    const begun = performance.now();
    await expect(retryingTransient(() => Promise.reject(failure('286')), never)).rejects.toMatchObject({
      code: '286',
    });
    expect(performance.now() - begun).toBeLessThanOrEqual(RETRY_FOR_MS + 1_000);
    expect(performance.now() - begun).toBeGreaterThan(RETRY_FOR_MS / 2);
  }, 30_000);

  it('is given up at once when nobody is waiting any more', async () => {
    const closing = new AbortController();
    let attempts = 0;
    const attempt = () => {
      if (++attempts === 3) closing.abort();
      return Promise.reject(failure('ECONNREFUSED'));
    };
    await expect(retryingTransient(attempt, closing.signal)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(attempts).toBe(3);
  });
});
