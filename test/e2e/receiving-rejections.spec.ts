import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { StoreConnection } from '#store';
import { metric, request, untilProjected, type Answer } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';
import { storeIn } from '../support/store/store-under-test.js';

const KIB = 1024;
const DAY = 86_400;
const NOW = Math.floor(Date.now() / 1000);
const STRICT = { prefer: 'handling=strict' };
const CHUNKED = { 'transfer-encoding': 'chunked' };

interface Case {
  readonly name: string;
  readonly reason: string;
  readonly field: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** The system id as far as it is readable. */
  readonly systemId?: string;
}

const event = {
  workerId: '1',
  stateName: 'Technical break',
  stateCode: 'Break',
  systemId: 'External system',
  actionTime: NOW,
  action: 1,
};
const json = (changes: Record<string, unknown>) => JSON.stringify({ ...event, ...changes });
/** With members that no object literal can have. */
const withMembers = (members: string) => `${JSON.stringify(event).slice(0, -1)},${members}}`;
/** With a value that JSON.stringify would not write. */
const spelled = (field: string, token: string) => json({ [field]: '?' }).replace('"?"', token);

const malformed: Case[] = Object.entries<string | Buffer>({
  'that is empty': '',
  'of white space': ' \r\n',
  'that is truncated': '{"workerId":"1"',
  'with a trailing comma': withMembers(''),
  'with two objects': `${JSON.stringify(event)}${JSON.stringify(event)}`,
  'that is an array': `[${JSON.stringify(event)}]`,
  'that is a string': JSON.stringify(JSON.stringify(event)),
  'that is a number': '1',
  'that is null': 'null',
  'that is true': 'true',
  'with single quotes': "{'workerId':'1'}",
  'with a number that JSON does not have': spelled('actionTime', 'NaN'),
  'with a line break within a string': '{"workerId":"1\n"}',
  'that is a form': 'workerId=1&stateCode=Break',
  'that is XML': '<status workerId="1"/>',
  'that opens more than it closes': '['.repeat(60_000),
  'with two byte order marks': `\ufeff\ufeff${JSON.stringify(event)}`,
  'that is text beyond the basic plane': `a${'\u{1f600}'.repeat(30)}`,
  'that is UTF-16': Buffer.from(JSON.stringify(event), 'utf16le'),
  'that is Latin-1': Buffer.from(json({ stateName: 'M\u00fcdigkeit' }), 'latin1'),
  'with half a surrogate pair in its bytes': Buffer.from('7b22776f726b65724964223a22eda080227d', 'hex'),
  'that is compressed': gzipSync(JSON.stringify(event)),
}).map(([name, body]) => ({ name: `a body ${name}`, reason: 'malformed', field: '', body, systemId: '' }));

const REQUIRED = ['workerId', 'stateName', 'stateCode', 'systemId', 'actionTime', 'action'];
const TEXTS = ['workerId', 'stateName', 'stateCode', 'systemId', 'groupId'];
const IDS = ['workerId', 'stateCode', 'systemId', 'groupId'];

const missing: Case[] = REQUIRED.flatMap((field) =>
  [undefined, null].map((value) => ({
    name: `an event whose ${field} is ${value === null ? 'null' : 'missing'}`,
    reason: 'missing_field',
    field,
    body: json({ [field]: value }),
    ...(field === 'systemId' ? { systemId: '' } : {}),
  })),
).concat({ name: 'an empty object', reason: 'missing_field', field: 'workerId', body: '{}', systemId: '' });

const repeated: Case[] = [
  ...REQUIRED.map((field) => ({
    name: `an event with ${field} twice`,
    field,
    body: withMembers(`"${field}":${JSON.stringify(event[field as keyof typeof event])}`),
  })),
  { name: 'an event with groupId twice', field: 'groupId', body: withMembers('"groupId":"1","groupId":"2"') },
  {
    name: 'an event with workerId twice, once escaped',
    field: 'workerId',
    body: withMembers('"\\u0077orkerId":"2"'),
  },
  {
    name: 'an event with workerId twice, once as null',
    field: 'workerId',
    body: `{"workerId":null,${JSON.stringify(event).slice(1)}`,
  },
  {
    name: 'an event with an unknown parameter twice and then action',
    field: 'action',
    body: withMembers('"x":1,"x":{"action":0,"action":0},"action":0'),
  },
].map((one) => ({ reason: 'repeated_parameter', ...one }));

function invalid(field: string, values: Record<string, unknown>): Case[] {
  return Object.entries(values).map(([name, value]) => ({
    name: `an event whose ${field} ${name}`,
    reason: 'invalid_field',
    field,
    body: json({ [field]: value }),
    ...(field === 'systemId' ? { systemId: typeof value === 'string' ? value.trim() : '' } : {}),
  }));
}

const invalidFields: Case[] = [
  ...TEXTS.flatMap((field) =>
    invalid(field, {
      'is a boolean': true,
      'is an array': ['1'],
      'is an object': { id: '1' },
      'has a NUL': 'a\u0000b',
      'has a line break': 'a\nb',
      'has a control character beyond ASCII': 'a\u0085b',
      'has 257 characters': 'x'.repeat(257),
      'has 257 characters beyond the basic plane': '\u{1f600}'.repeat(257),
    }),
  ),
  ...IDS.flatMap((field) => invalid(field, { 'is empty': '', 'is white space': ' \t\u00a0' })),
  ...TEXTS.flatMap((field) =>
    ['\\ud800', '\\udc00', '\\ude00\\ud83d'].map((half) => ({
      name: `an event whose ${field} has halves of surrogate pairs (${half})`,
      reason: 'invalid_field',
      field,
      body: spelled(field, `"a${half}b"`),
      ...(field === 'systemId' ? { systemId: half.length > 6 ? 'a\ufffd\ufffdb' : 'a\ufffdb' } : {}),
    })),
  ),
  ...['9'.repeat(257), '1e256', '1e-300', '1e400', '1e-999999999'].map((token) => ({
    name: `an event whose workerId is a number of too many digits (${token.slice(0, 12)})`,
    reason: 'invalid_field',
    field: 'workerId',
    body: spelled('workerId', token),
  })),
  ...invalid('actionTime', {
    'is a fraction': NOW + 0.5,
    'is a date': '2020-01-01T00:00:00Z',
    'is empty': '',
    'is a boolean': false,
    'is an object': {},
    'is a number with an exponent as text': '1e9',
    'is a negative number as text': '-5',
    'has 400 digits': '9'.repeat(400),
  }),
  ...invalid('action', {
    'is another number': 2,
    'is below zero': -1,
    'is a fraction': 0.5,
    'is a boolean': true,
    'is another digit': '2',
    'is a word': 'enter',
    'is empty': '',
  }),
];

const times: Case[] = [
  ...Object.entries({
    'somewhat more than the allowed skew ahead': NOW + 330,
    'that far ahead in milliseconds': (NOW + 330) * 1000,
    'the last value read as seconds': 99_999_999_999,
    'the greatest integer': Number.MAX_SAFE_INTEGER,
    'beyond all calendars': 1e300,
    'beyond all calendars, as digits': '9'.repeat(300),
  }).map(([name, actionTime]) => ({ name, reason: 'in_future', actionTime })),
  ...Object.entries({
    'just older than the retention': NOW - 400 * DAY - 1,
    'that old in milliseconds': (NOW - 400 * DAY - 1) * 1000,
    'the first value read as milliseconds': 100_000_000_000,
    'the epoch': 0,
    'before the epoch': -1,
  }).map(([name, actionTime]) => ({ name, reason: 'too_old', actionTime })),
].map(({ name, reason, actionTime }) => ({
  name: `an event whose time is ${name}`,
  reason,
  field: 'actionTime',
  body: json({ actionTime }),
}));

/** A valid event of exactly `bytes` bytes. It begins with its name, which identifies it even if truncated. */
function ofSize(bytes: number, name: string): string {
  const start = `{"name":${JSON.stringify(name)},${JSON.stringify({ ...event, workerId: name }).slice(1, -1)},"fill":"`;
  return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
}

/** The last one is not read to its end, so its size is known only if announced. */
const tooLarge: Case[] = [
  { size: 64 * KIB + 1, headers: {} },
  { size: 64 * KIB + 1, headers: CHUNKED },
  { size: 1024 * KIB, headers: {} },
  { size: 1024 * KIB, headers: CHUNKED },
  { size: 3 * 1024 * KIB, headers: {} },
].map(({ size, headers }) => {
  const name = `an event of ${size} bytes${headers === CHUNKED ? ' in chunks' : ''}`;
  return { name, reason: 'too_large', field: '', body: ofSize(size, name), headers, systemId: '' };
});

const cases = [...malformed, ...missing, ...repeated, ...invalidFields, ...times, ...tooLarge];

const accepted = [
  ...Array.from({ length: 20 }, (_, index) => ({ body: json({ workerId: `${index % 15}` }), headers: {} })),
  { body: ofSize(64 * KIB, 'exactly 64 KiB'), headers: {} },
  { body: ofSize(64 * KIB, 'exactly 64 KiB in chunks'), headers: CHUNKED },
];
const DISTINCT = 17;

async function countsOf(url: string) {
  const received = (outcome: string) => metric(url, 'wfm_events_received_total', { outcome });
  const projected = (type: string, outcome: string) =>
    metric(url, 'wfm_events_projected_total', { type, outcome });
  return {
    received: await metric(url, 'wfm_events_received_total'),
    accepted: await received('accepted'),
    deadLettered: (await received('dead_lettered')) + (await received('too_large')),
    stored: await projected('status', 'stored'),
    repeats: await projected('status', 'repeat'),
    unreadable: await projected('status', 'dead_lettered'),
    deadLettersProjected: await projected('dead_letter', 'dead_lettered'),
    deadLetters: await metric(url, 'wfm_dead_letters_total'),
  };
}

/** Begins a request and closes the connection in the middle of its body. */
async function breakOff(url: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  const head = 'POST /ccwfm/api/rest/status HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n';
  await new Promise((written) => socket.write(`${head}{"workerId":`, written));
  socket.destroy();
}

describe('a request that is not a valid event', () => {
  const lenient = new Map<Case, Answer>();
  const strict = new Map<Case, Answer>();
  let counts: Awaited<ReturnType<typeof countsOf>>;
  let reasons: Map<string, number>;
  let countsAfterRestart: typeof counts;
  let printed: string;
  let letters: Record<string, unknown>[];

  const post = (url: string, { body, headers }: Pick<Case, 'body' | 'headers'>, more = {}) =>
    request(`${url}/ccwfm/api/rest/status`, { method: 'POST', headers: { ...headers, ...more }, body });

  async function sendAll(url: string): Promise<void> {
    for (const one of cases) {
      const [answer, strictAnswer] = await Promise.all([post(url, one), post(url, one, STRICT)]);
      lenient.set(one, answer);
      strict.set(one, strictAnswer);
      await breakOff(url);
    }
    const answers = await Promise.all(accepted.map((one) => post(url, one, STRICT)));
    expect(answers.map(({ status }) => status)).toEqual(accepted.map(() => 204));
  }

  beforeAll(async () => {
    const service = await StandaloneProcess.start();
    const { dataDirectory } = service;
    await sendAll(service.url);
    await untilProjected(service.url);
    counts = await countsOf(service.url);
    reasons = new Map();
    for (const { reason } of cases) {
      reasons.set(reason, await metric(service.url, 'wfm_dead_letters_total', { reason }));
    }
    await service.stop();
    const again = await StandaloneProcess.start({ dataDirectory });
    countsAfterRestart = await countsOf(again.url);
    await again.stop();
    printed = service.printed + again.printed;
    letters = await deadLettersIn(dataDirectory);
  });

  afterAll(removeTemporaryDirectories);

  const rows = cases.map((one) => [one.name, one] as const);

  it.each(rows)('such as %s is answered 204, or 413 if it is too large', (_name, one) => {
    const { status, body } = lenient.get(one)!;
    if (one.reason === 'too_large') expect(status).toBe(413);
    else expect([status, body.toString()]).toEqual([204, '']);
  });

  it.each(rows)('such as %s is explained with Prefer: handling=strict', (_name, one) => {
    const { status, headers, json: parse } = strict.get(one)!;
    expect(status).toBe(one.reason === 'too_large' ? 413 : 400);
    expect(headers['content-type']).toMatch(/^application\/json/);
    const explanation = parse() as Record<string, string>;
    expect(Object.keys(explanation)).toEqual(['field', 'message', 'description']);
    expect(explanation['field']).toBe(one.field);
    for (const name of ['message', 'description']) expect(explanation[name]).toMatch(/^\P{Cs}{10,}$/u);
  });

  it('is counted by its reason, each time it is sent', () => {
    const expected = new Map<string, number>();
    for (const { reason } of cases) expected.set(reason, (expected.get(reason) ?? 0) + 2);
    expect(reasons).toEqual(expected);
  });

  it('is accounted for: received equals stored plus repeats plus dead letters', () => {
    const deadLetters = 2 * cases.length;
    expect(counts).toEqual({
      received: deadLetters + accepted.length,
      accepted: accepted.length,
      deadLettered: deadLetters,
      stored: DISTINCT,
      repeats: accepted.length - DISTINCT,
      unreadable: 0,
      deadLettersProjected: deadLetters,
      deadLetters,
    });
  });

  it('is accounted for after a restart too', () => {
    const { stored, repeats, unreadable, deadLettersProjected } = counts;
    expect(countsAfterRestart).toMatchObject({ stored, repeats, unreadable, deadLettersProjected });
    expect(countsAfterRestart.received).toBe(0);
  });

  it('is kept with its reason, original body, size and sender', () => {
    const expected = cases.map(({ reason, field, body, systemId = event.systemId }) => {
      const bytes = Buffer.from(body);
      return {
        type: 'status',
        reason,
        field,
        systemId,
        remoteAddress: '127.0.0.1',
        size: bytes.length,
        body: fingerprint(reason === 'too_large' ? bytes.subarray(0, 4 * KIB) : bytes),
      };
    });
    expect(sorted(letters)).toEqual(sorted([...expected, ...expected]));
  });

  it('logs no error, and stores nothing if the client aborts', () => {
    expect(printed).not.toMatch(/"level":|Error|Warning/);
  });
});

async function deadLettersIn(dataDirectory: string) {
  const settings = storeIn(dataDirectory);
  const store = StoreConnection.open(settings);
  try {
    const rows = await store.rows<[string, string, string, string, string, number, string]>(
      `SELECT type, reason, field, system_id, remote_address, body_bytes, base64Encode(body)
       FROM ${settings.database}.dead_letters FINAL`,
    );
    return rows.map(([type, reason, field, systemId, remoteAddress, size, body]) => ({
      type,
      reason,
      field,
      systemId,
      remoteAddress,
      size: Number(size),
      body: fingerprint(Buffer.from(body, 'base64')),
    }));
  } finally {
    await store.close();
  }
}

/** Short enough to print, and as distinctive as the bytes. */
function fingerprint(bytes: Buffer): string {
  return `${bytes.toString('latin1', 0, 60)} sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function sorted(letters: readonly object[]): string[] {
  return letters.map((letter) => JSON.stringify(letter)).sort();
}
