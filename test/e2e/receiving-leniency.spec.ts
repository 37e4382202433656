import { metric, postStatus, request, untilProjected, type Answer } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const MINUTE = 60;
const DAY = 86_400;
const RETENTION_DAYS = 400;

/** When the stay of a case starts, in seconds; an hour ago unless given. */
const AN_HOUR_AGO = Math.floor(Date.now() / 1000) - 60 * MINUTE;

interface Case {
  readonly name: string;
  /** The body of the event that enters or leaves at `time` (seconds): text, or parameters to send as JSON. */
  body(event: { readonly time: number; readonly action: 0 | 1; readonly systemId: string }): unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly start?: number;
  /** What is read back, as far as it differs from what every case sends. */
  readonly expected?: Partial<Stay>;
}

interface Stay {
  readonly systemId: string;
  readonly agentId: string;
  readonly groupId: string;
  readonly stateCode: string;
  readonly stateName: string;
  /** The milliseconds of start and end. */
  readonly ms: number;
}

const PLAIN = { workerId: '1', stateCode: 'Break', stateName: 'Technical break' };

/** The parameters that every case sends, with the given ones replaced. */
const parameters =
  (given: Record<string, unknown>): Case['body'] =>
  ({ time, action, systemId }) => ({ ...PLAIN, systemId, actionTime: time, action, ...given });

/** The same as text, to add members that no object literal can have. */
const text =
  (shape: (json: string) => string | Buffer, given: Record<string, unknown> = {}): Case['body'] =>
  (event) =>
    shape(JSON.stringify(parameters(given)(event)));

/** A number with its spelling, which JSON.stringify would not keep. */
const spelled = (parameter: string, token: string): Case['body'] =>
  text((json) => json.replace('"?"', token), { [parameter]: '?' });

const plain = parameters({});

const named = (prefix: string, entries: Record<string, Omit<Case, 'name'>>): Case[] =>
  Object.entries(entries).map(([name, rest]) => ({ name: `${prefix} ${name}`, ...rest }));

const contentTypes: Case[] = [
  undefined,
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-8',
  'application/json; charset=windows-1251',
  'application/json;;;',
  '/// not a type at all',
  '',
].map((type) => ({
  name: type === undefined ? 'without a content type' : `of the content type "${type}"`,
  headers: type === undefined ? {} : { 'content-type': type },
  body: text((json) => json, { stateName: 'Технический перерыв' }),
  expected: { stateName: 'Технический перерыв' },
}));

const numbers = named('with a JSON number for', {
  'the worker': { body: parameters({ workerId: 7 }), expected: { agentId: '7' } },
  'the worker, zero': { body: spelled('workerId', '-0'), expected: { agentId: '0' } },
  'the worker, below zero': { body: parameters({ workerId: -12 }), expected: { agentId: '-12' } },
  'the worker, beyond what a double holds': {
    body: spelled('workerId', '12345678901234567890'),
    expected: { agentId: '12345678901234567890' },
  },
  'the worker, between two doubles': {
    body: spelled('workerId', '9007199254740993'),
    expected: { agentId: '9007199254740993' },
  },
  'the worker, with an exponent': { body: spelled('workerId', '1e3'), expected: { agentId: '1000' } },
  'the worker, with a fraction': { body: spelled('workerId', '1.50'), expected: { agentId: '1.5' } },
  'the worker, of 256 digits': {
    body: spelled('workerId', '9'.repeat(256)),
    expected: { agentId: '9'.repeat(256) },
  },
  'the state code': { body: parameters({ stateCode: 42 }), expected: { stateCode: '42' } },
  'the state name': { body: spelled('stateName', '1.0'), expected: { stateName: '1' } },
  'the group': { body: parameters({ groupId: 5 }), expected: { groupId: '5' } },
  'the system': {
    body: spelled('systemId', '98765432109876543210'),
    expected: { systemId: '98765432109876543210' },
  },
});

const digits: Case[] = [
  {
    name: 'with digits as text for the time and the action',
    body: ({ time, action, systemId }) => ({
      ...PLAIN,
      systemId,
      actionTime: String(time),
      action: `${action}`,
    }),
  },
  {
    name: 'with digits as text among white space',
    body: ({ time, action, systemId }) => ({
      ...PLAIN,
      systemId,
      actionTime: ` ${time}\n`,
      action: `\t${action}`,
    }),
  },
  {
    name: 'with an integer spelled as a fraction and with an exponent',
    body: ({ time, action, systemId }) =>
      JSON.stringify({ ...PLAIN, systemId, actionTime: '?', action: '!' })
        .replace('"?"', `${time / 10}e1`)
        .replace('"!"', `${action}.0`),
  },
];

const milliseconds: Case[] = [
  {
    name: 'with the time in milliseconds',
    body: ({ time, action, systemId }) => ({ ...PLAIN, systemId, actionTime: time * 1000 + 123, action }),
    expected: { ms: 123 },
  },
  {
    name: 'with the time in milliseconds as digits',
    body: ({ time, action, systemId }) => ({
      ...PLAIN,
      systemId,
      actionTime: `${time * 1000 + 7}`,
      action,
    }),
    expected: { ms: 7 },
  },
];

const trimmed = named('with white space around', {
  'the worker': { body: parameters({ workerId: '  1\t' }) },
  'the worker, line breaks': { body: parameters({ workerId: '\r\n1\n' }) },
  'the worker, no-break and ideographic spaces': { body: parameters({ workerId: '\u00a01\u3000' }) },
  'the state code': { body: parameters({ stateCode: ' Break ' }) },
  'the group': { body: parameters({ groupId: ' G ' }), expected: { groupId: 'G' } },
  'the system': {
    body: ({ systemId, ...event }) => parameters({ systemId: `  ${systemId} ` })({ ...event, systemId }),
  },
  'the state name, which is kept': {
    body: parameters({ stateName: ' Technical break ' }),
    expected: { stateName: ' Technical break ' },
  },
  '256 characters': {
    body: parameters({ workerId: ` ${'a'.repeat(256)} ` }),
    expected: { agentId: 'a'.repeat(256) },
  },
});

const ASTRAL_256 = '\u{1f600}'.repeat(256);

const longest = named('with 256 characters in', {
  'the worker': { body: parameters({ workerId: 'w'.repeat(256) }), expected: { agentId: 'w'.repeat(256) } },
  'the worker, beyond the basic plane': {
    body: parameters({ workerId: ASTRAL_256 }),
    expected: { agentId: ASTRAL_256 },
  },
  'the state code': {
    body: parameters({ stateCode: ASTRAL_256 }),
    expected: { stateCode: ASTRAL_256 },
  },
  'the state name': {
    body: parameters({ stateName: ASTRAL_256 }),
    expected: { stateName: ASTRAL_256 },
  },
  'the group': { body: parameters({ groupId: ASTRAL_256 }), expected: { groupId: ASTRAL_256 } },
  'the system': { body: parameters({ systemId: ASTRAL_256 }), expected: { systemId: ASTRAL_256 } },
});

const extras = named('with', {
  'unknown parameters': { body: parameters({ comment: 'x', Action: 5, WORKERID: '2', n: null }) },
  'an unknown parameter twice': { body: text((json) => json.replace('{', '{"extra":1,"extra":{},')) },
  'repeated keys within an unknown parameter': {
    body: text((json) => json.replace('{', '{"extra":{"workerId":"2","workerId":"3","a":[{"a":1,"a":1}]},')),
  },
  'the keys of a prototype': {
    body: text((json) =>
      json.replace('{', '{"__proto__":{"workerId":"2"},"constructor":{"prototype":{}},"toString":1,'),
    ),
  },
  'deep nesting in an unknown parameter': {
    body: text((json) => json.replace('{', `{"extra":${'['.repeat(20_000)}${']'.repeat(20_000)},`)),
  },
  'a group': { body: parameters({ groupId: 'Sales' }), expected: { groupId: 'Sales' } },
  'null for the group': { body: parameters({ groupId: null }) },
  'an empty state name': { body: parameters({ stateName: '' }), expected: { stateName: '' } },
  'text with special characters of JSON, SQL and paths': {
    body: parameters({ workerId: `"\\'/{}[]:;?%_*\`--`, stateName: `'); DROP TABLE x; --` }),
    expected: { agentId: `"\\'/{}[]:;?%_*\`--`, stateName: `'); DROP TABLE x; --` },
  },
});

const encodings = named('written with', {
  'a byte order mark': { body: text((json) => Buffer.from(`\ufeff${json}`)) },
  'white space and line breaks': {
    body: text((json) => `\r\n ${JSON.stringify(JSON.parse(json), undefined, '\t')} \n`),
  },
  'escapes in keys and values': {
    body: text((json) =>
      json
        .replace('"workerId"', '"\\u0077orkerId"')
        .replace('"Technical break"', '"\\u0422\\ud83d\\ude00\\/"'),
    ),
    expected: { stateName: '\u0422\u{1f600}/' },
  },
});

/** With a margin for the duration of the test; the last event of a case is two minutes after its start. */
const timesAtTheEdge: Case[] = [
  {
    name: 'almost as far ahead as the allowed clock skew',
    body: plain,
    start: AN_HOUR_AGO + 63 * MINUTE - 15,
  },
  {
    name: 'almost as old as the retention',
    body: plain,
    start: AN_HOUR_AGO - RETENTION_DAYS * DAY + 65 * MINUTE,
  },
];

const cases: Case[] = [
  { name: 'as in the specification', body: plain },
  ...contentTypes,
  ...numbers,
  ...digits,
  ...milliseconds,
  ...trimmed,
  ...longest,
  ...extras,
  ...encodings,
  ...timesAtTheEdge,
];

describe('an accepted event', () => {
  let service: StandaloneProcess;
  const answers = new Map<Case, Answer[]>();

  const systemOf = (one: Case) => one.expected?.systemId ?? `system ${cases.indexOf(one)}`;

  /** Enters, leaves a minute later and enters again a minute after that: an interval and an open state. */
  async function send(one: Case): Promise<void> {
    const { start = AN_HOUR_AGO, headers = { 'content-type': 'application/json' } } = one;
    for (const [time, action] of [
      [start, 1],
      [start + MINUTE, 0],
      [start + 2 * MINUTE, 1],
    ] as const) {
      const made = one.body({ time, action, systemId: systemOf(one) });
      const body = typeof made === 'string' || Buffer.isBuffer(made) ? made : JSON.stringify(made);
      const answer = await request(`${service.url}/ccwfm/api/rest/status`, { method: 'POST', headers, body });
      answers.set(one, [...(answers.get(one) ?? []), answer]);
    }
  }

  beforeAll(async () => {
    service = await StandaloneProcess.start({ env: { RETENTION_DAYS: String(RETENTION_DAYS) } });
    await Promise.all(cases.map(send));
    await untilProjected(service.url);
  });

  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  const iso = (seconds: number, ms: number) =>
    new Date(seconds * 1000 + ms).toISOString().replace('.000Z', 'Z');

  it.each(cases.map((one) => [one.name, one] as const))(
    '%s is answered 204 and can be read back',
    async (_name, one) => {
      const { start = AN_HOUR_AGO } = one;
      const expected = {
        agentId: '1',
        stateCode: 'Break',
        stateName: 'Technical break',
        ms: 0,
        ...one.expected,
      };
      const { agentId, groupId, stateCode, stateName, ms } = expected;
      const base = `${service.url}/systems/${encodeURIComponent(systemOf(one))}`;

      expect(answers.get(one)!.map(({ status, body }) => [status, body.length])).toEqual(
        Array(3).fill([204, 0]),
      );

      const period = `startDate=${iso(start, 0)}&endDate=${iso(start + 10 * MINUTE, 0)}`;
      const history = await request(
        `${base}/historic/agentStatusData?${period}&agentId=${encodeURIComponent(agentId)}`,
      );
      expect(history.json()).toEqual([
        {
          ...(groupId === undefined ? {} : { serviceId: '1', groupId }),
          agentId,
          states: [{ startDate: iso(start, ms), endDate: iso(start + MINUTE, ms), stateCode, stateName }],
        },
      ]);
      if (start < AN_HOUR_AGO) return;
      const online = await request(`${base}/online/agentStatus`);
      expect(online.json()).toEqual([
        { agentId, stateCode, stateName, startDate: iso(start + 2 * MINUTE, ms) },
      ]);
    },
  );

  it('is counted as accepted and stored once', async () => {
    const sent = cases.length * 3;
    expect(await metric(service.url, 'wfm_events_received_total')).toBe(sent);
    expect(await metric(service.url, 'wfm_events_received_total', { outcome: 'accepted' })).toBe(sent);
    expect(await metric(service.url, 'wfm_events_projected_total', { outcome: 'stored' })).toBe(sent);
  });

  it('has its time read as milliseconds from 100 000 000 000 on, and as seconds below', async () => {
    const strict = { prefer: 'handling=strict' };
    const at = async (actionTime: number) =>
      (
        (
          await postStatus(service.url, { ...PLAIN, systemId: 'border', actionTime, action: 1 }, strict)
        ).json() as { message: string }
      ).message;
    // The last second is in the year 5138, the first millisecond in 1973.
    expect(await at(99_999_999_999)).toMatch(/seconds ahead/);
    expect(await at(100_000_000_000)).toMatch(/days ago/);
  });
});

describe('a repeated event', () => {
  it('changes only the name: the greatest by UTF-8 bytes wins, whichever came first', async () => {
    const service = await StandaloneProcess.start();
    try {
      const names = ['b', '\u{1f600}', '\uff5e', '\u{1f600}', 'a'];
      for (const systemId of ['forth', 'back']) {
        const ordered = systemId === 'forth' ? names : [...names].reverse();
        for (const stateName of ordered) {
          const body = { ...PLAIN, stateName, systemId, actionTime: AN_HOUR_AGO, action: 1 };
          expect((await postStatus(service.url, body)).status).toBe(204);
        }
      }
      await untilProjected(service.url);
      for (const systemId of ['forth', 'back']) {
        const online = await request(`${service.url}/systems/${systemId}/online/agentStatus`);
        expect(online.json()).toMatchObject([{ stateName: '\u{1f600}' }]);
      }
      expect(await metric(service.url, 'wfm_events_projected_total', { outcome: 'stored' })).toBe(2);
      expect(await metric(service.url, 'wfm_events_projected_total', { outcome: 'repeat' })).toBe(8);
    } finally {
      await service.stop();
      removeTemporaryDirectories();
    }
  });
});
