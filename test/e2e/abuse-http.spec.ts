import { rawExchange, statusesOf } from '../support/abuse/raw-exchange.js';
import { metric, postStatus, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const STATUS = '/ccwfm/api/rest/status';
const KIB = 1024;
const event = JSON.stringify({
  workerId: '1',
  stateName: 'Break',
  stateCode: 'Break',
  systemId: 's',
  actionTime: Math.floor(Date.now() / 1000) - 3_600,
  action: 1,
});
const LENGTH = `Content-Length: ${event.length}\r\n`;
const CLOSE = 'Connection: close\r\n';

/** A post of an event with unusual headers, or to an unusual address. */
function post(headers: string, { target = STATUS, version = '1.1', body = event } = {}): string {
  return `POST ${target} HTTP/${version}\r\nHost: test\r\n${headers}\r\n${body}`;
}
const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: test\r\n${CLOSE}\r\n`;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

interface Case {
  readonly bytes: string;
  /** Status codes of all answers on the connection. */
  readonly answers: readonly number[];
  /** Accepted events and dead letters that the case adds. */
  readonly events?: number;
  readonly deadLetters?: number;
  /** True if the refusal has no body because the HTTP server answers before any code of the service runs. */
  readonly bare?: boolean;
}

const malformed: Record<string, string> = {
  'no request line': '\r\n\r\n\r\nhello\r\n\r\n',
  'random bytes': '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\r\n\r\n',
  'a request line without an address': 'POST HTTP/1.1\r\n\r\n',
  'another protocol': `POST ${STATUS} FTP/1.1\r\n\r\n`,
  'another version': post(LENGTH, { version: '9.9' }),
  'a raw space in the address': post(LENGTH, { target: `${STATUS} x` }),
  'a header without a colon': post(`nonsense\r\n${LENGTH}`),
  'a space before the colon': post(`X-A : b\r\n${LENGTH}`),
  'a NUL in a header': post(`X-A: b\0c\r\n${LENGTH}`),
  'a lone carriage return in a header': post(`X-A: b\rX-B: c\r\n${LENGTH}`),
  'two lengths': post(`${LENGTH}Content-Length: 3\r\n`),
  'the same length twice': post(`${LENGTH}${LENGTH}`),
  'a length and chunks': post(`${LENGTH}${CHUNKED}`, { body: chunk(event) + chunk('') }),
  'chunks and a length': post(`${CHUNKED}${LENGTH}`, { body: chunk(event) + chunk('') }),
  'a negative length': post('Content-Length: -1\r\n'),
  'a length that is not a number': post('Content-Length: 0x10\r\n'),
  'a length of forty digits': post(`Content-Length: ${'9'.repeat(40)}\r\n`),
  'a chunk size that is not a number': post(CHUNKED, { body: 'zz\r\n{}\r\n0\r\n\r\n' }),
  'a chunk longer than its size': post(CHUNKED, { body: '2\r\n{}}}\r\n0\r\n\r\n' }),
  'an unknown transfer encoding': post('Transfer-Encoding: chunked, rot13\r\n'),
  'an unknown method': 'BREW /status HTTP/1.1\r\nHost: test\r\n\r\n',
};

const cases: Record<string, Case> = {
  ...Object.fromEntries(
    Object.entries(malformed).map(([name, bytes]) => [name, { bytes, answers: [400] }] as const),
  ),
  'no host': { bytes: `GET /health/live HTTP/1.1\r\n${CLOSE}\r\n`, answers: [400], bare: true },
  'headers of 600 KiB': { bytes: post(`X: ${'x'.repeat(600 * KIB)}\r\n${LENGTH}`), answers: [431] },
  'an address of 600 KiB': { bytes: get(`/${'x'.repeat(600 * KIB)}`), answers: [431] },
  'a method that the route lacks': {
    bytes: `DELETE ${STATUS} HTTP/1.1\r\nHost: test\r\n${CLOSE}\r\n`,
    answers: [404],
  },
  'a path that climbs out of the service': { bytes: get('/../../../../etc/passwd'), answers: [404] },
  'a percent-encoded path that climbs out': { bytes: get('/%2e%2e/%2e%2e/etc/passwd'), answers: [404] },
  'a doubly encoded path that climbs out': { bytes: get('/%252e%252e%252fetc%252fpasswd'), answers: [404] },
  'a system id that is a path': { bytes: get('/systems/..%2f..%2fetc/personnel'), answers: [404] },
  'a NUL in the address': { bytes: get('/systems/%00/personnel'), answers: [404] },
  'an address that is not UTF-8': { bytes: get('/systems/%ff%fe/personnel'), answers: [400] },
  'a truncated percent escape': { bytes: get('/systems/%/personnel'), answers: [400] },
  'line breaks in a query': {
    bytes: get('/historic/agentStatusData?startDate=a%0d%0aSet-Cookie:%20a=b'),
    answers: [400],
  },
  'an absolute-form address': {
    bytes: post(LENGTH + CLOSE, { target: `http://elsewhere${STATUS}` }),
    answers: [204],
    events: 1,
  },
  'HTTP/1.0': { bytes: post(LENGTH, { version: '1.0' }), answers: [204], events: 1 },
  'a length that is too short': {
    bytes: post('Content-Length: 10\r\n'),
    answers: [204, 400],
    deadLetters: 1,
  },
  'Expect: 100-continue': {
    bytes: post(`Expect: 100-continue\r\n${LENGTH}${CLOSE}`),
    answers: [100, 204],
    events: 1,
  },
  'an unknown expectation': {
    bytes: post(`Expect: a-miracle\r\n${LENGTH}${CLOSE}`),
    answers: [417],
    bare: true,
  },
  'pipelined requests': {
    bytes: post(LENGTH).repeat(50) + post(LENGTH + CLOSE),
    answers: Array<number>(51).fill(204),
    events: 51,
  },
  'garbage after a request': { bytes: `${post(LENGTH)}nonsense\r\n\r\n`, answers: [204, 400], events: 1 },
  'garbage after many requests': {
    bytes: `${post(LENGTH).repeat(50)}nonsense\r\n\r\n`,
    answers: [...Array<number>(50).fill(204), 400],
    events: 50,
  },
  'a garbled body after a request': {
    bytes: post(LENGTH) + post(CHUNKED, { body: 'zz\r\n{}\r\n0\r\n\r\n' }),
    answers: [204, 400],
    events: 1,
  },
  'headers of 600 KiB after a request': {
    bytes: post(LENGTH) + post(`X: ${'x'.repeat(600 * KIB)}\r\n${LENGTH}`),
    answers: [204, 431],
    events: 1,
  },
  'a request after the last one of a connection': {
    bytes: post(LENGTH + CLOSE) + post(LENGTH),
    answers: [204],
    events: 1,
  },
  'a request to upgrade the protocol': {
    bytes: post(`Connection: Upgrade, close\r\nUpgrade: websocket\r\n${LENGTH}`, {}),
    answers: [204],
    events: 1,
  },
  'chunk extensions and trailers': {
    bytes: post(CHUNKED + CLOSE, { body: `${chunk(event).replace('\r', ';a=b\r')}0\r\nX: y\r\n\r\n` }),
    answers: [204],
    events: 1,
  },
};

describe('malformed or unusual HTTP:', () => {
  let service: StandaloneProcess;
  const sums = { events: 0, deadLetters: 0 };

  beforeAll(async () => {
    service = await StandaloneProcess.start();
  });

  afterAll(async () => {
    await service.kill();
    removeTemporaryDirectories();
  });

  it.each(Object.entries(cases))('%s is answered as documented', async (_name, one) => {
    const received = await rawExchange(service.url, Buffer.from(one.bytes, 'latin1'), { end: false });
    sums.events += one.events ?? 0;
    sums.deadLetters += one.deadLetters ?? 0;
    expect(statusesOf(received)).toEqual(one.answers);
    if (one.answers.at(-1)! >= 400 && one.bare !== true)
      expect(received).toMatch(/\{"field":".*","message":".+","description":".+"\}$/s);
    expect(received).not.toMatch(/^Set-Cookie|root:/im);
  });

  it('the service goes on accepting events and accounts for all of them', async () => {
    expect((await postStatus(service.url, event)).status).toBe(204);
    await untilProjected(service.url);
    const received = (outcome: string) => metric(service.url, 'wfm_events_received_total', { outcome });
    expect(await received('accepted')).toBe(sums.events + 1);
    expect(await received('dead_lettered')).toBe(sums.deadLetters);
    expect(await metric(service.url, 'wfm_events_projected_total')).toBe(sums.events + 1 + sums.deadLetters);
    expect(service.printed).not.toMatch(/"level":|Error|Warning/);
  });
});
