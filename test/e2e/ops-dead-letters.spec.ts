import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { allLetters, askOps, letterPage, resendLetter, type LetterView } from '../support/http/ops-client.js';
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

const now = () => Math.floor(Date.now() / 1000);
let systems = 0;
let system = '';
const event = (changes: object = {}) => ({
  systemId: system,
  workerId: `w-${system}`,
  stateCode: 'Break',
  stateName: 'Break',
  actionTime: now() - 100,
  action: 1,
  ...changes,
});
const json = (changes: object = {}) => JSON.stringify(event(changes));

/** Repeats a request until its answer is 200. */
async function until200(ask: () => Promise<Answer>): Promise<Answer> {
  let answer = await ask();
  await eventually(async () => answer.status === 200 || (answer = await ask()).status === 200);
  return answer;
}

describe('dead letters over HTTP', () => {
  let service: StandaloneProcess;
  const url = () => service.url;

  beforeAll(async () => {
    service = await StandaloneProcess.start();
  });
  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });
  // The tests share the service, so each uses its own system.
  beforeEach(() => (system = `s${++systems}`));

  const send = async (...bodies: (string | Buffer)[]) => {
    for (const body of bodies) await postStatus(url(), body);
    await untilProjected(url());
  };
  const only = async (query: Record<string, string> = {}): Promise<LetterView> => {
    const letters = await allLetters(url(), { systemId: system, ...query });
    expect(letters).toHaveLength(1);
    return letters[0]!;
  };
  const mine = (query: Record<string, string> = {}) => allLetters(url(), { systemId: system, ...query });
  const statesOf = (agentId: string) =>
    request(
      `${url()}/systems/${system}/historic/agentStatusData?startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z&agentId=${agentId}`,
    );

  it('explain each reason in plain words, newest first', async () => {
    const ahead = now() + 7_200;
    await send(
      '{"systemId":"s",\n "workerId":"w",}',
      json({ workerId: undefined }),
      json({ action: 7 }),
      `${json().slice(0, -1)},"systemId":"t"}`,
      json({ actionTime: ahead }),
      json({ actionTime: 1 }),
      Buffer.from([0x7b, 0xff, 0x7d]),
    );
    await postStatus(url(), 'x'.repeat(70_000));
    await untilProjected(url());
    const letters = await allLetters(url());
    expect(letters.map(({ reason, field }) => [reason, field])).toEqual([
      ['too_large', ''],
      ['malformed', ''],
      ['too_old', 'actionTime'],
      ['in_future', 'actionTime'],
      ['repeated_parameter', 'systemId'],
      ['invalid_field', 'action'],
      ['missing_field', 'workerId'],
      ['malformed', ''],
    ]);
    const [tooLarge, notText, tooOld, inFuture, repeated, invalid, missing, malformed] =
      letters as LetterView[];
    expect(tooLarge).toMatchObject({ bodyBytes: 70_000, bodyTruncated: true, resendable: false });
    expect(tooLarge!.body).toHaveLength(4096);
    expect(tooLarge!.explanation.wrong).toMatch(/70000 bytes.* first 4096 bytes were stored/);
    expect(notText).toMatchObject({ bodyBase64: 'e/99', bodyTruncated: false });
    expect(notText!.body).toBeUndefined();
    expect(tooOld!.explanation.wrong).toMatch(
      /^actionTime 1 \(1970-01-01T00:00:01Z\) was .* days behind the service's clock when it was received \(RETENTION_DAYS=400\)/,
    );
    expect(inFuture!.explanation.wrong).toMatch(
      new RegExp(
        `^actionTime ${ahead} .*2 h ahead of the service's clock when it was received \\(MAX_CLOCK_SKEW_SECONDS=300\\)`,
      ),
    );
    expect(inFuture!.explanation.right).toContain('local time as UTC');
    expect(repeated!.explanation.right).toContain('Send systemId once');
    expect(invalid!.explanation.wrong).toMatch(/action is not one of 0, 1.* It is 7\./);
    expect(missing!.explanation.wrong).toContain('workerId is missing');
    expect(malformed!.position).toEqual({ line: 2, column: 17, offset: 33 });
    expect(malformed!.explanation.wrong).toContain('in line 2, column 17, at "}"');
    expect(malformed!.body).toBe('{"systemId":"s",\n "workerId":"w",}');
    for (const letter of letters) {
      const one = await askOps(url(), `dead-letters/${letter.id}`);
      expect(one.json()).toEqual(letter);
    }
  });

  it('are paged, even if many were received at the same time', async () => {
    const lines = Array.from({ length: 500 }, (_, i) => json({ action: 2, workerId: `w${i}` })).join('\n');
    await request(`${url()}/ccwfm/api/rest/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines,
    });
    await untilProjected(url());
    const letters = await mine({ limit: '7' });
    expect(new Set(letters.map(({ id }) => id)).size).toBe(500);
    expect(letters).toHaveLength(500);
    expect(new Set(letters.map(({ receivedAt }) => receivedAt)).size).toBeLessThan(500);
    expect(letters).toEqual(await mine({ limit: '200' }));
    const times = letters.map(({ receivedAt }) => Date.parse(receivedAt));
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('can be filtered by system, type, reason, time and whether they were resent', async () => {
    await send(
      json({ action: 2 }),
      json({ action: 2, systemId: `${system}t` }),
      json({ stateCode: undefined }),
    );
    await postContact(url(), {
      systemId: system,
      contactId: 'c',
      groupId: 'g',
      actionTime: 1,
      action: 'queued',
    });
    await untilProjected(url());
    const count = async (query: Record<string, string>) => (await mine(query)).length;
    expect(await count({})).toBe(3);
    expect(await count({ systemId: `${system}t` })).toBe(1);
    expect(await count({ systemId: `${system}u` })).toBe(0);
    expect(await count({ type: 'contact' })).toBe(1);
    expect(await count({ reason: 'invalid_field' })).toBe(1);
    expect(await count({ reason: 'invalid_field', systemId: system })).toBe(1);
    expect(await count({ resent: 'true' })).toBe(0);
    expect(await count({ resent: 'false' })).toBe(3);
    const last = Date.parse((await mine({ limit: '1' }))[0]!.receivedAt);
    expect(await count({ to: String(last) })).toBe(2);
    expect(await count({ from: String(last) })).toBe(1);
    expect(await count({ from: String(last + 1) })).toBe(0);
  });

  it('are resent unchanged once the cause of their rejection has passed', async () => {
    await send(json({ actionTime: now() + 301 }));
    const letter = await only();
    const { json: answer } = await until200(() => resendLetter(url(), letter.id));
    expect(answer()).toMatchObject({ id: letter.id, outcome: 'accepted', corrected: false });
    await untilProjected(url());
    expect((await only({ resent: 'true' })).resends[0]).toMatchObject({
      outcome: 'accepted',
      corrected: false,
    });
    expect(await mine({ resent: 'false' })).toEqual([]);
  });

  it('can be resent corrected any number of times, but change the answers once', async () => {
    await send(json({ actionTime: now() - 50, action: 0 }), json({ stateCode: undefined }));
    const letter = await only();
    const corrected = json({ actionTime: now() - 90 });
    for (const attempt of [1, 2]) {
      const answer = await resendLetter(url(), letter.id, corrected);
      expect(answer.status).toBe(200);
      expect(answer.json()).toMatchObject({ outcome: 'accepted', corrected: true });
      await untilProjected(url());
      expect((await only()).resends).toHaveLength(attempt);
    }
    const [agent] = (await statesOf(`w-${system}`)).json() as { states: object[] }[];
    expect(agent!.states).toHaveLength(1);
  });

  it.each(['application/x-ndjson', 'text/plain; charset=utf-16', 'no type at all', ''])(
    'are resent corrected, whatever the content type of the body: %j',
    async (contentType) => {
      await send(json({ stateCode: undefined }));
      const { id } = await only();
      const answer = await request(`${url()}/ops/dead-letters/${id}/resend`, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body: json(),
      });
      expect(answer.json()).toMatchObject({ id, outcome: 'accepted', corrected: true });
    },
  );

  it('that are rejected again get the reason, and create no further letters', async () => {
    await send(json({ stateCode: undefined }));
    const letter = await only();
    const counted = await metric(url(), 'wfm_dead_letters_total');
    const asItCame = await resendLetter(url(), letter.id);
    expect(asItCame.status).toBe(422);
    expect(asItCame.json()).toMatchObject({
      field: 'stateCode',
      message: 'the parameter stateCode is missing',
      description: expect.any(String) as string,
      reason: 'missing_field',
      outcome: 'rejected',
    });
    const wrong = await resendLetter(url(), letter.id, json({ action: 3 }));
    expect(wrong.status).toBe(422);
    expect(wrong.json()).toMatchObject({ field: 'action', corrected: true });
    await untilProjected(url());
    expect(await metric(url(), 'wfm_dead_letters_total')).toBe(counted);
    const marked = await only({ resent: 'false' });
    expect(marked.resends.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['rejected', 'invalid_field'],
      ['rejected', 'missing_field'],
    ]);
  });

  it('that are only kept in part can be resent with a corrected body only', async () => {
    await send('x'.repeat(70_000));
    const [letter] = (await letterPage(url(), { reason: 'too_large', limit: '1' })).deadLetters as [
      LetterView,
    ];
    const answer = await resendLetter(url(), letter.id);
    expect(answer.status).toBe(409);
    expect(answer.json()).toEqual({
      field: '',
      message: 'only the first 4096 of the 70000 bytes of the dead letter were stored',
      description: expect.stringContaining('Send the corrected event') as string,
    });
    expect((await resendLetter(url(), letter.id, 'x'.repeat(65_537))).status).toBe(413);
    expect((await resendLetter(url(), letter.id, json({ stateName: ' '.repeat(65_000) }))).status).toBe(422);
    expect((await resendLetter(url(), letter.id, json())).status).toBe(200);
  });

  it('of contacts are validated as contacts', async () => {
    const contact = { systemId: system, contactId: 'c', groupId: 'g', actionTime: now(), action: 'answered' };
    await postContact(url(), contact);
    await untilProjected(url());
    const letter = await only({ type: 'contact' });
    expect((await resendLetter(url(), letter.id, json())).status).toBe(422);
    expect((await resendLetter(url(), letter.id, JSON.stringify({ ...contact, workerId: 'w' }))).status).toBe(
      200,
    );
    await untilProjected(url());
    expect(await metric(url(), 'wfm_events_projected_total', { type: 'contact', outcome: 'stored' })).toBe(1);
  });

  it('that do not exist are answered 404 in the form of every error', async () => {
    for (const answer of [
      await askOps(url(), 'dead-letters/none'),
      await resendLetter(url(), "x' OR 1=1 --"),
    ]) {
      expect(answer.status).toBe(404);
      expect(answer.json()).toEqual({
        field: '',
        message: 'no data',
        description: expect.stringMatching(/^There is no dead letter/) as string,
      });
    }
    expect(await mine()).toEqual([]);
  });

  it('are refused naming the invalid parameter, and all parameters are treated as values', async () => {
    await send(json({ action: 2 }));
    const evil = ["' OR 1=1 --", '{x:String}', "\\'; DROP TABLE dead_letters", '%', '*'];
    for (const value of evil) {
      for (const name of ['systemId', 'reason', 'type']) {
        expect(await allLetters(url(), { [name]: value })).toEqual([]);
      }
      for (const name of ['from', 'to', 'resent', 'limit', 'cursor']) {
        const answer = await askOps(url(), 'dead-letters', { [name]: value });
        expect(answer.status).toBe(400);
        expect(answer.json()).toMatchObject({ field: name });
      }
    }
    const cursor = (values: unknown) => Buffer.from(JSON.stringify(values)).toString('base64url');
    expect(
      await allLetters(url(), { systemId: system, cursor: cursor([Date.now() + 1000, "' OR 1=1 --"]) }),
    ).toHaveLength(1);
    for (const wrong of [cursor([1]), cursor(['1', 'x']), cursor({}), cursor([1, '\u0000']), 'x']) {
      expect((await askOps(url(), 'dead-letters', { cursor: wrong })).status).toBe(400);
    }
    for (const [name, value] of Object.entries({ limit: '201', from: '1.5', resent: 'yes' })) {
      expect((await askOps(url(), 'dead-letters', { [name]: value })).status).toBe(400);
    }
    expect((await askOps(url(), 'dead-letters', { limit: '200' })).status).toBe(200);
    expect((await askOps(url(), 'dead-letters', { from: '20', to: '20' })).json()).toMatchObject({
      field: 'to',
    });
    expect(await mine()).toHaveLength(1);
  });

  it('keep their marks when the store is rebuilt from the log', async () => {
    await send(json({ stateCode: undefined }), json({ action: 4 }));
    const [, letter] = await mine();
    await resendLetter(url(), letter!.id);
    await resendLetter(url(), letter!.id, json());
    await untilProjected(url());
    const before = await mine();
    expect(before.map(({ resends }) => resends.length)).toEqual([0, 2]);
    const { dataDirectory } = service;
    await service.stop();
    await promisify(execFile)(process.execPath, [resolve('dist/apps/maintenance/src/rebuild.js')], {
      env: { PATH: process.env['PATH'], DATA_DIR: dataDirectory },
    });
    service = await StandaloneProcess.start({ dataDirectory });
    expect(await mine()).toEqual(before);
  });
});
