import { readFileSync } from 'node:fs';
import { OpenConnection, openMany } from '../support/abuse/open-connections.js';
import { eventually, metric, postStatus, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const IDLE = 1_000;
const HALF_SENT = 1_000;
const SLOW = 100;
const SECOND_MS = 1_000;
/** The documented limit (60 s for a request to arrive, checked every 30 s) plus a margin for a busy machine. */
const ENDED_WITHIN_MS = 120_000;
/** Not sooner, since only slow requests may hit the limit. The margin covers the time it takes to open them all. */
const ENDED_AFTER_MS = 50_000;
/**
 * A post is normally answered in milliseconds. This allows for a busy machine, but not for waiting until a time limit.
 */
const ANSWERED_WITHIN_MS = 5_000;
const POSTS = 500;
const MIB = 1024 * 1024;
/** For the buffers of 2 100 connections. */
const MOST_GROWTH_BYTES = 256 * MIB;

/** Files that this process and the service need besides the connections, each of which is open in both. */
const FILES_BESIDE = 300;
const files = openFilesAllowed();
const scale = Math.min(1, (files - FILES_BESIDE) / (IDLE + HALF_SENT + SLOW));

const event = {
  workerId: '1',
  stateName: 'Break',
  stateCode: 'Break',
  systemId: 's',
  actionTime: Math.floor(Date.now() / 1000) - 3_600,
  action: 1,
};
const POST = 'POST /ccwfm/api/rest/status HTTP/1.1\r\nHost: test\r\n';
const TIMED_OUT = /^HTTP\/1\.1 408 .*\{"field":"","message":".+","description":".+"\}$/s;
const HALVES = [
  'P',
  POST.slice(0, 40),
  POST,
  `${POST}Content-Length: 100`,
  `${POST}Content-Length: 100\r\n\r\n`,
  `${POST}Content-Length: 100\r\n\r\n{"workerId":`,
  `${POST}Transfer-Encoding: chunked\r\n\r\n`,
  `${POST}Transfer-Encoding: chunked\r\n\r\n64\r\n{"worker`,
];

const scaled = (count: number) => Math.floor(count * scale);
const title =
  `${scaled(IDLE)} idle connections, ${scaled(HALF_SENT)} half-sent requests and ${scaled(SLOW)} senders of one byte a second` +
  (scale < 1 ? ` (scaled down from ${IDLE + HALF_SENT + SLOW}: ulimit -n is ${files})` : '');

describe(title, () => {
  let service: StandaloneProcess;
  let openedAt: number;
  let residentBefore: number;
  let posted = 0;
  const idle: OpenConnection[] = [];
  const halfSent: OpenConnection[] = [];
  const slow: OpenConnection[] = [];
  let drip: NodeJS.Timeout;
  const all = () => [...idle, ...halfSent, ...slow];

  beforeAll(async () => {
    expect(scaled(SLOW)).toBeGreaterThan(0);
    service = await StandaloneProcess.start();
    for (let n = 0; n < POSTS; n++) await post();
    residentBefore = await metric(service.url, 'process_resident_memory_bytes');
    openedAt = performance.now();
    let nth = 0;
    idle.push(...(await openMany(scaled(IDLE), () => OpenConnection.open(service.url))));
    halfSent.push(
      ...(await openMany(scaled(HALF_SENT), () =>
        OpenConnection.open(service.url, HALVES[nth++ % HALVES.length]),
      )),
    );
    slow.push(
      ...(await openMany(scaled(SLOW), () =>
        OpenConnection.open(service.url, `${POST}Content-Length: 100000\r\n\r\n`),
      )),
    );
    // The senders' pace; the test itself waits for nothing here.
    drip = setInterval(() => slow.forEach((connection) => connection.send(' ')), SECOND_MS);
  });

  afterAll(async () => {
    clearInterval(drip);
    for (const connection of all()) connection.destroy();
    await service.kill();
    removeTemporaryDirectories();
  });

  /** @returns how long the answer took, in milliseconds. */
  async function post(): Promise<number> {
    const startedAt = performance.now();
    const { status } = await postStatus(service.url, { ...event, workerId: `${posted++}` });
    expect(status).toBe(204);
    return performance.now() - startedAt;
  }

  it('do not delay the 204 of other senders', async () => {
    const tookMs: number[] = [];
    for (let n = 0; n < POSTS; n++) tookMs.push(await post());
    expect(Math.max(...tookMs)).toBeLessThan(ANSWERED_WITHIN_MS);
    expect(all().filter(({ ended }) => ended)).toHaveLength(0);
  });

  it('take up little memory', async () => {
    const resident = await metric(service.url, 'process_resident_memory_bytes');
    expect(resident - residentBefore).toBeLessThan(MOST_GROWTH_BYTES);
  });

  it(
    'are closed by the time limits, with 408 for begun requests, while other senders do not wait',
    async () => {
      const tookMs: number[] = [];
      const untilEnded = (isSo: () => boolean) =>
        eventually(async () => {
          tookMs.push(await post());
          return isSo();
        }, ENDED_WITHIN_MS);
      await untilEnded(() => all().some(({ ended }) => ended));
      expect(performance.now() - openedAt).toBeGreaterThan(ENDED_AFTER_MS);
      await untilEnded(() => all().every(({ ended }) => ended));
      expect(performance.now() - openedAt).toBeLessThan(ENDED_WITHIN_MS);
      expect(Math.max(...tookMs)).toBeLessThan(ANSWERED_WITHIN_MS);
      for (const { received } of halfSent) expect(received).toMatch(TIMED_OUT);
      // A byte that arrives after the end resets the connection, which may discard the answer.
      const answers = slow.map(({ received }) => received).filter((received) => received !== '');
      expect(answers).not.toHaveLength(0);
      for (const answer of answers) expect(answer).toMatch(TIMED_OUT);
    },
    2 * ENDED_WITHIN_MS,
  );

  it('leave no event and no logged error', async () => {
    await untilProjected(service.url);
    expect(await metric(service.url, 'wfm_events_received_total')).toBe(posted);
    expect(await metric(service.url, 'wfm_events_projected_total')).toBe(posted);
    expect(service.printed).not.toMatch(/"level":|Error|Warning/);
  });
});

/** The `ulimit -n` of this process, which the processes that it starts inherit. */
function openFilesAllowed(): number {
  const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  return line === null ? 1_024 : Number(line[1]);
}
