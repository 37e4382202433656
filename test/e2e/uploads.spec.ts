import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { MAX_REPORTED_REJECTIONS } from '../../libs/ingestion/src/http/upload-endpoint.js';
import { BULK_BEGIN, firstOf, nthStatus, nthStep } from '../support/data/bulk-lines.js';
import { deadLettersIn, type KeptDeadLetter } from '../support/store/dead-letters.js';
import {
  eventually,
  metric,
  postContact,
  postStatus,
  request,
  untilProjected,
  type Answer,
} from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const KIB = 1024;
const MIB = KIB * KIB;
const NDJSON = { 'content-type': 'application/x-ndjson' };
const SINGLE = 'sent one by one';
const BULK = 'sent as lines';

interface UploadAnswer {
  readonly received: number;
  readonly accepted: number;
  readonly deadLettered: number;
  readonly rejections: readonly Record<string, unknown>[];
}

const json = (value: unknown) => JSON.stringify(value);
const line = json(nthStatus(0, BULK));

/** A valid event of exactly `bytes` bytes. */
function ofSize(bytes: number): string {
  const start = `${line.slice(0, -1)},"fill":"`;
  return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
}

describe('uploaded lines', () => {
  let service: StandaloneProcess;
  let letters: KeptDeadLetter[];
  let received = { lines: 0, accepted: 0, deadLettered: 0 };

  const post = (body: string | Buffer, headers: Record<string, string> = NDJSON): Promise<Answer> =>
    request(`${service.url}/ccwfm/api/rest/events`, { method: 'POST', headers, body });

  /** Uploads, and adds the answer to the totals that are compared at the end. */
  async function upload(body: string | Buffer, headers?: Record<string, string>): Promise<UploadAnswer> {
    const answer = await post(body, headers);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    const counts = answer.json() as UploadAnswer;
    received = {
      lines: received.lines + counts.received,
      accepted: received.accepted + counts.accepted,
      deadLettered: received.deadLettered + counts.deadLettered,
    };
    return counts;
  }

  beforeAll(async () => {
    service = await StandaloneProcess.start();
  });

  afterAll(async () => {
    await service.kill();
    removeTemporaryDirectories();
  });

  it('are counted, and rejected ones are explained by line number', async () => {
    const lines = [line, '', json(nthStep(0, BULK)), 'no JSON', '\r', '{"contactId":"c"}', `${line}\r`, '{}'];
    expect(await upload(lines.join('\n'))).toEqual({
      received: 6,
      accepted: 3,
      deadLettered: 3,
      rejections: [
        { line: 4, reason: 'malformed', field: '', message: /not JSON/, description: /./ },
        {
          line: 6,
          reason: 'missing_field',
          field: 'systemId',
          message: /systemId is missing/,
          description: /./,
        },
        {
          line: 8,
          reason: 'missing_field',
          field: 'workerId',
          message: /workerId is missing/,
          description: /./,
        },
      ].map((rejection) => ({
        ...rejection,
        message: expect.stringMatching(rejection.message) as string,
        description: expect.stringMatching(rejection.description) as string,
      })),
    });
  });

  it.each([
    ['with a line feed at the end', `${line}\n${line}\n`, 2],
    ['without one', `${line}\n${line}`, 2],
    ['with carriage returns', `${line}\r\n${line}\r\n`, 2],
    ['of nothing', '', 0],
    ['of empty lines', '\n\r\n\n', 0],
    ['with a byte order mark', `\ufeff${line}`, 1],
  ])('may form a body %s', async (_what, body, accepted) => {
    expect(await upload(body)).toEqual({ received: accepted, accepted, deadLettered: 0, rejections: [] });
  });

  it.each(['application/x-ndjson; charset=utf-8', 'Application/X-NDJSON'])(
    'may have the content type %s',
    async (type) => {
      expect(await upload(line, { 'content-type': type })).toMatchObject({ accepted: 1 });
    },
  );

  it('may be 64 KiB long, but not a byte longer', async () => {
    const body = [ofSize(64 * KIB), `${ofSize(64 * KIB)}\r`, ofSize(64 * KIB + 1), ofSize(MIB), line].join(
      '\n',
    );
    expect(await upload(body)).toMatchObject({
      accepted: 3,
      deadLettered: 2,
      rejections: [
        { line: 3, reason: 'too_large' },
        { line: 4, reason: 'too_large' },
      ],
    });
  });

  it.each([MAX_REPORTED_REJECTIONS, MAX_REPORTED_REJECTIONS + 1])(
    'that are rejected, %i of them, are all counted and the first hundred listed',
    async (count) => {
      const answer = await upload(firstOf(count, (n) => `bad ${n}`).join('\n'));
      expect(answer).toMatchObject({ received: count, accepted: 0, deadLettered: count });
      expect(answer.rejections.map(({ line: number }) => number)).toEqual(firstOf(100, (n) => n + 1));
    },
  );

  it.each<[string, string | Buffer, Record<string, string>, string]>([
    ['another type', line, { 'content-type': 'application/json' }, 'Content-Type'],
    ['a similar type', line, { 'content-type': 'application/x-ndjson2' }, 'Content-Type'],
    ['no type', line, {}, 'Content-Type'],
    ['a compressed body', gzipSync(line), { ...NDJSON, 'content-encoding': 'gzip' }, 'Content-Encoding'],
    ['many bytes of another type', 'x'.repeat(3 * MIB), { 'content-type': 'text/csv' }, 'Content-Type'],
  ])('are refused with 415 if sent as %s', async (_what, body, headers, field) => {
    const answer = await post(body, headers);
    expect(answer.status).toBe(415);
    expect(answer.json()).toEqual({
      field,
      message: expect.stringMatching(/./) as string,
      description: expect.stringMatching(/./) as string,
    });
  });

  it('lead to the same answers as single posts', async () => {
    const statuses = firstOf(600, (n) => n);
    const steps = firstOf(200, (n) => n);
    for (const n of statuses) await postStatus(service.url, nthStatus(n, SINGLE));
    for (const n of steps) await postContact(service.url, nthStep(n, SINGLE));
    const lines = [
      ...statuses.map((n) => json(nthStatus(n, BULK))),
      ...steps.map((n) => json(nthStep(n, BULK))),
    ];
    await upload(lines.reverse().join('\r\n'));
    await untilProjected(service.url);
    const agents = [...firstOf(10, (n) => n), 0].map((n) => `agent%20${n}`).join();
    const period = 'startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z';
    for (const query of [
      `historic/agentStatusData?${period}&agentId=${agents}`,
      `historic/agentCallsData?${period}&agentId=${agents}`,
      `historic/serviceGroupData?startDate=${day(BULK_BEGIN)}&endDate=${day(BULK_BEGIN + 172_800)}&groupId=1&step=3600000`,
    ]) {
      const [single, bulk] = await Promise.all(
        [SINGLE, BULK].map((system) =>
          request(`${service.url}/systems/${encodeURIComponent(system)}/${query}`),
        ),
      );
      expect([query, single!.status]).toEqual([query, 200]);
      expect([query, bulk!.body.toString()]).toEqual([query, single!.body.toString()]);
    }
  });

  it('are kept as far as they are complete if the client aborts', async () => {
    const before = await metric(service.url, 'wfm_events_received_total', { outcome: 'accepted' });
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const head =
      'POST /ccwfm/api/rest/events HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-ndjson\r\n';
    socket.write(`${head}Content-Length: 100000\r\n\r\n${line}\n${line}\n${line.slice(0, 50)}`);
    await eventually(
      async () =>
        (await metric(service.url, 'wfm_events_received_total', { outcome: 'accepted' })) === before + 2,
    );
    socket.destroy();
    received = { ...received, lines: received.lines + 2, accepted: received.accepted + 2 };
    expect(await upload(line)).toMatchObject({ accepted: 1 });
  });

  it('do not make memory grow with their number', async () => {
    const resident = () => metric(service.url, 'process_resident_memory_bytes');
    const before = await resident();
    const thousand = Buffer.from(
      firstOf(1000, (n) => json({ ...nthStatus(n, BULK), fill: 'x'.repeat(1500) })).join('\n') + '\n',
    );
    let greatest = 0;
    const outgoing = httpRequest(`${service.url}/ccwfm/api/rest/events`, { method: 'POST', headers: NDJSON });
    const answered = once(outgoing, 'response');
    for (let sent = 0; sent < 200; sent++) {
      if (!outgoing.write(thousand)) await once(outgoing, 'drain');
      if (sent % 20 === 0) greatest = Math.max(greatest, await resident());
    }
    outgoing.end();
    const [incoming] = (await answered) as [import('node:http').IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({
      received: 200_000,
      accepted: 200_000,
    });
    received = { ...received, lines: received.lines + 200_000, accepted: received.accepted + 200_000 };
    // The body has 320 MB, and the projector works at the same time.
    expect((greatest - before) / MIB).toBeLessThan(256);
  });

  it('are all accounted for: received equals stored plus repeats plus dead letters', async () => {
    await untilProjected(service.url);
    const counted = (outcome: string) => metric(service.url, 'wfm_events_received_total', { outcome });
    const accepted = await counted('accepted');
    const putAside = (await counted('dead_lettered')) + (await counted('too_large'));
    expect(accepted).toBe(received.accepted + 800);
    expect(putAside).toBe(received.deadLettered);
    const projected = (outcome: string) => metric(service.url, 'wfm_events_projected_total', { outcome });
    expect((await projected('stored')) + (await projected('repeat'))).toBe(accepted);
    expect(await projected('dead_lettered')).toBe(putAside);
    expect(await metric(service.url, 'wfm_dead_letters_total')).toBe(putAside);
    expect(await counted('unavailable')).toBe(0);
  });

  it('that are rejected are kept as sent, with their line number', async () => {
    expect(await service.stop()).toBe(0);
    expect(service.printed).not.toMatch(/"level":|Error|Warning/);
    letters = await deadLettersIn(service.dataDirectory);
    expect(letters).toHaveLength(received.deadLettered);
    const keptAs = (type: string, reason: string, body: string) =>
      letters
        .filter(
          (letter) => letter.type === type && letter.reason === reason && letter.body.toString() === body,
        )
        .map(({ message, size }) => [message.split(':')[0], size]);
    expect(keptAs('contact', 'missing_field', '{"contactId":"c"}')).toEqual([['line 6', 17]]);
    expect(keptAs('status', 'malformed', 'no JSON')).toEqual([['line 4', 7]]);
    expect(keptAs('status', 'malformed', 'bad 100')).toEqual([['line 101', 7]]);
    expect(keptAs('status', 'too_large', ofSize(MIB).slice(0, 4 * KIB))).toEqual([
      ['line 3', 64 * KIB + 1],
      ['line 4', MIB],
    ]);
  });
});

function day(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 10)}T00:00:00Z`;
}
