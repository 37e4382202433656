import { readFileSync } from 'node:fs';
import { OpenConnection, openMany } from '../support/abuse/open-connections.js';
import { eventually, metric, postStatus, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const IDLE = 1_000;
const HALF_SENT = 1_000;
const SLOW = 100;
const SECOND_MS = 1_000;
/** What is documented (60 s to arrive, looked at every 30 s) and a margin for a busy machine. */
const ENDED_WITHIN_MS = 120_000;
/** No earlier, with a margin for the time in which they are opened: the limit is for those that are slow. */
const ENDED_AFTER_MS = 50_000;
/** An ordinary post has its answer in milliseconds; this allows for a busy machine, and for nothing to wait for a time limit. */
const ANSWERED_WITHIN_MS = 5_000;
const POSTS = 500;
const MIB = 1024 * 1024;
/** For 2 100 connections, with their buffers. */
const MOST_GROWTH_BYTES = 256 * MIB;

/** Both ends of a connection are counted: one in this process, the other in the service. */
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
  `${scaled(IDLE)} idle connections, ${scaled(HALF_SENT)} half-sent requests and ${scaled(SLOW)} senders of a byte a second` +
  (scale < 1 ? ` (fewer than ${IDLE + HALF_SENT + SLOW}: ulimit -n is ${files})` : '');

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
    // What makes them slow, not a wait of the test's.
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

  it('do not keep others from their 204', async () => {
    const tookMs: number[] = [];
    for (let n = 0; n < POSTS; n++) tookMs.push(await post());
    expect(Math.max(...tookMs)).toBeLessThan(ANSWERED_WITHIN_MS);
    expect(all().filter(({ ended }) => ended)).toHaveLength(0);
  });

  it('take little memory', async () => {
    const resident = await metric(service.url, 'process_resident_memory_bytes');
    expect(resident - residentBefore).toBeLessThan(MOST_GROWTH_BYTES);
  });

  it(
    'are ended by the time limits, those that began a request with 408, and nobody else has to wait meanwhile',
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
      // A byte that comes after the end resets the connection, and may take the answer with it.
      const answers = slow.map(({ received }) => received).filter((received) => received !== '');
      expect(answers).not.toHaveLength(0);
      for (const answer of answers) expect(answer).toMatch(TIMED_OUT);
    },
    2 * ENDED_WITHIN_MS,
  );

  it('are no events, and no fault of ours', async () => {
    await untilProjected(service.url);
    expect(await metric(service.url, 'wfm_events_received_total')).toBe(posted);
    expect(await metric(service.url, 'wfm_events_projected_total')).toBe(posted);
    expect(service.printed).not.toMatch(/"level":|Error|Warning/);
  });
});

/** What `ulimit -n` says, of this process and so of those that it starts. */
function openFilesAllowed(): number {
  const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  return line === null ? 1_024 : Number(line[1]);
}
