import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { MAX_FAILED_TRIES, REFUSED_DRAIN_BYTES, REFUSED_DRAIN_MS } from '#edge';
import { writeKeys } from '../support/http/api-keys.js';
import { selfSigned } from '../support/http/self-signed.js';
import { eventually, request } from '../support/http/service-client.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';

const services: ServiceProcess[] = [];

async function start(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const service = await ServiceProcess.app('receiver', { DATA_DIR: temporaryDirectory(), ...env });
  services.push(service);
  return service;
}

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.end()));
});
afterAll(removeTemporaryDirectories);

const scrape = (url: string, headers: Record<string, string>) => request(`${url}/metrics`, { headers });
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const statusWith = async (url: string, key: string) => (await scrape(url, bearer(key))).status;

const MIB = 1024 * 1024;
const PIECES = 16;
/** The buffers of the two sockets and the last piece written. */
const MOST_BUFFERED_BYTES = 32 * MIB;

/**
 * Writes everything before it reads, like a sender that ignores early answers. @throws if it cannot write everything.
 */
async function writtenThenRead(url: string, head: string, body: Buffer): Promise<string> {
  const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
  socket.write(head);
  // The answer has arrived, but such a sender does not look yet.
  await once(socket, 'readable');
  for (let n = 0; n < PIECES; n++) {
    const piece = body.subarray((n * body.length) / PIECES, ((n + 1) * body.length) / PIECES);
    await new Promise<void>((resolve, reject) =>
      socket.write(piece, (error) => (error ? reject(error) : resolve())),
    );
  }
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe('keys', () => {
  it('are accepted as bearer tokens, by HTTP Basic and in the X-API-Key header', async () => {
    const file = join(temporaryDirectory(), 'keys.json');
    const { ops } = writeKeys(file, { ops: { roles: ['ops'] } });
    const { url } = await start({ API_KEYS_FILE: file, HOST: '127.0.0.1' });
    const basic = `Basic ${Buffer.from(`anyone:${ops}`).toString('base64')}`;
    for (const headers of [
      bearer(ops),
      { authorization: `bearer ${ops}` },
      { authorization: basic },
      { 'x-api-key': ops },
    ]) {
      expect((await scrape(url, headers)).status).toBe(200);
    }
    for (const headers of [
      { authorization: ops },
      { authorization: `Digest ${ops}` },
      { authorization: 'Basic !' },
    ]) {
      expect((await scrape(url, headers as Record<string, string>)).status).toBe(401);
    }
  });

  it('are checked before any of the body arrives', async () => {
    const file = join(temporaryDirectory(), 'keys.json');
    writeKeys(file, { ops: { roles: ['ops'] } });
    const { url } = await start({ API_KEYS_FILE: file });
    for (const kind of ['status', 'contact', 'events', 'personnel']) {
      const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString()));
      const method = kind === 'personnel' ? 'PUT' : 'POST';
      socket.write(
        `${method} /ccwfm/api/rest/${kind} HTTP/1.1\r\nHost: a\r\nContent-Length: 16000000\r\n\r\n`,
      );
      await once(socket, 'close');
      expect(answer).toMatch(/^HTTP\/1\.1 401 [^]*connection: close/i);
    }
  });

  it('that are wrong get a 401 even if the client writes the whole body before reading', async () => {
    const file = join(temporaryDirectory(), 'keys.json');
    writeKeys(file, { ops: { roles: ['ops'] } });
    const { url } = await start({ API_KEYS_FILE: file });
    const bodies: [string, Buffer][] = [
      ['Content-Length: 1048576', Buffer.alloc(MIB)],
      ['Transfer-Encoding: chunked', Buffer.from(`100000\r\n${'x'.repeat(MIB)}\r\n0\r\n\r\n`)],
    ];
    for (const [header, body] of bodies) {
      const head = `POST /ccwfm/api/rest/events HTTP/1.1\r\nHost: a\r\n${header}\r\n\r\n`;
      const startedAt = performance.now();
      expect(await writtenThenRead(url, head, body)).toMatch(
        /^HTTP\/1\.1 401 [^]*connection: close[^]*\r\n\r\n\{"field":"","message":"an API key is required","description":".+"\}$/i,
      );
      // The answer comes when the body ends, not when the time limit passes.
      expect(performance.now() - startedAt).toBeLessThan(REFUSED_DRAIN_MS);
    }
  });

  it('that are wrong make the service read no more of a body than documented', async () => {
    const file = join(temporaryDirectory(), 'keys.json');
    writeKeys(file, { ops: { roles: ['ops'] } });
    const { url } = await start({ API_KEYS_FILE: file });
    const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(`POST /ccwfm/api/rest/events HTTP/1.1\r\nHost: a\r\nContent-Length: ${1024 * MIB}\r\n\r\n`);
    const piece = Buffer.alloc(MIB);
    while (!socket.destroyed) await new Promise((resolve) => socket.write(piece, resolve));
    expect(socket.bytesWritten).toBeGreaterThan(REFUSED_DRAIN_BYTES);
    expect(socket.bytesWritten).toBeLessThan(REFUSED_DRAIN_BYTES + MOST_BUFFERED_BYTES);
  });

  it('are reloaded while the service runs after a rename and a changed link, but not from a broken file', async () => {
    const directory = temporaryDirectory();
    const inForce = (name: string) => {
      mkdirSync(join(directory, name));
      return writeKeys(join(directory, name, 'keys.json'), { [name]: { roles: ['ops'] } })[name]!;
    };
    const pointTo = (name: string) => {
      symlinkSync(name, join(directory, '..new'));
      renameSync(join(directory, '..new'), join(directory, '..data'));
    };
    const file = join(directory, 'keys.json');
    const first = inForce('first');
    pointTo('first');
    symlinkSync('..data/keys.json', file);
    const service = await start({ API_KEYS_FILE: file });
    const { url } = service;
    expect(await statusWith(url, first)).toBe(200);

    const second = inForce('second');
    pointTo('second');
    await eventually(async () => (await statusWith(url, second)) === 200);
    expect([401, 429]).toContain(await statusWith(url, first));

    const third = inForce('third');
    renameSync(join(directory, 'third', 'keys.json'), file);
    await eventually(async () => (await statusWith(url, third)) === 200);
    expect([401, 429]).toContain(await statusWith(url, second));

    writeFileSync(file, '{"keys":[{"name":"half');
    await eventually(() => service.output.includes('the previous ones stay in force'));
    rmSync(file);
    await eventually(() => service.output.includes('ENOENT'));
    expect(await statusWith(url, third)).toBe(200);

    const fourth = writeKeys(file, { fourth: { roles: ['ops'] } }).fourth;
    await eventually(async () => (await statusWith(url, fourth)) === 200);
  }, 120_000);

  it('that are wrong are answered 429 beyond the limit, while right ones still work', async () => {
    const file = join(temporaryDirectory(), 'keys.json');
    const { ops } = writeKeys(file, { ops: { roles: ['ops'] } });
    const { url } = await start({ API_KEYS_FILE: file });
    for (let tries = 1; tries <= MAX_FAILED_TRIES; tries++) expect(await statusWith(url, 'wrong')).toBe(401);
    const refused = await scrape(url, bearer('wrong'));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await statusWith(url, ops)).toBe(200);
    expect((await scrape(url, {})).status).toBe(401);
  });

  it('allow the service to listen on the network', async () => {
    const file = join(temporaryDirectory(), 'keys.json');
    writeKeys(file, { ops: { roles: ['ops'] } });
    await expect(start({ HOST: '0.0.0.0' })).rejects.toThrow('API_KEYS_FILE');
    const taken = await start({ HOST: '127.0.0.1', API_KEYS_FILE: file });
    expect((await request(`${taken.url}/health/live`)).status).toBe(200);
  });

  it('that are invalid keep the service from starting, and all faults are reported at once', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'keys.json');
    writeFileSync(
      file,
      JSON.stringify({ keys: [{ name: 'a b', sha256: 'x', roles: ['root'], systems: [] }] }),
    );
    const refusal = await start({
      RETENTION_DAYS: 'for ever',
      API_KEYS_FILE: file,
      TLS_CERT_FILE: join(directory, 'none.pem'),
      TLS_KEY_FILE: join(directory, 'none.key'),
    }).catch((error: Error) => error.message);
    for (const part of [
      'ended with 1',
      'RETENTION_DAYS',
      'name',
      'sha256',
      'roles',
      'systems',
      'TLS_CERT_FILE',
    ]) {
      expect(refusal).toContain(part);
    }
  });
});

describe('TLS', () => {
  const issue = (directory: string, name: string) => {
    const { key, cert } = selfSigned(directory, name);
    return { TLS_CERT_FILE: cert, TLS_KEY_FILE: key };
  };

  /** The name in the service's certificate, verified against the given authority. */
  async function nameShown(url: string, ca: Buffer): Promise<string> {
    const socket = connectTls({ port: Number(new URL(url).port), host: '127.0.0.1', ca });
    try {
      await once(socket, 'secureConnect');
      return String(socket.getPeerCertificate().subject.CN);
    } finally {
      socket.destroy();
    }
  }

  it('uses the configured certificate, and a renewed one without a restart', async () => {
    const directory = temporaryDirectory();
    const files = issue(directory, 'first');
    const service = await start(files);
    expect(service.url).toMatch(/^https:/);
    expect(await nameShown(service.url, readFileSync(files.TLS_CERT_FILE))).toBe('first');

    issue(directory, 'second');
    const renewed = readFileSync(files.TLS_CERT_FILE);
    await eventually(() =>
      nameShown(service.url, renewed)
        .then((name) => name === 'second')
        .catch(() => false),
    );

    writeFileSync(files.TLS_KEY_FILE, 'no key');
    await eventually(() => service.output.includes('the previous one stays in force'));
    expect(await nameShown(service.url, renewed)).toBe('second');
  });

  it('is refused if a file is missing or the key belongs to another certificate', async () => {
    const [one, other] = [issue(temporaryDirectory(), 'one'), issue(temporaryDirectory(), 'other')];
    await expect(start({ TLS_CERT_FILE: one.TLS_CERT_FILE })).rejects.toThrow('set both');
    await expect(start({ ...one, TLS_KEY_FILE: other.TLS_KEY_FILE })).rejects.toThrow('issued together');
  });
});
