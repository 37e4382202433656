import type { SeededRandom } from '#oracle';
import { generatedBody, type Fate, type GeneratedBody } from './generated-body.js';
import { LENIENT, SPOILT } from './ways-to-write.js';

/** A request, and the expected answer and outcome. */
export interface GeneratedRequest {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How it was made, for the message of a failure. */
  readonly made: string;
  readonly status: number;
  /** For an upload: the counts in its answer. */
  readonly counts?: { readonly received: number; readonly accepted: number; readonly deadLettered: number };
  /** The bodies of events that are received; none if the request is refused or aborted. */
  readonly events: readonly GeneratedBody[];
  /** For a directory. */
  readonly directory?: 'accepted' | 'refused';
  /** Content-Length exceeds the body by this many bytes; the connection is closed before they are sent. */
  readonly bytesNeverSent?: number;
}

const STATUS_OF: Readonly<Record<Fate, number>> = { accepted: 204, dead_lettered: 204, too_large: 413 };
const MOST_LINES = 40;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Generates a request to one of the four methods that take a body. */
export function generatedRequest(random: SeededRandom): GeneratedRequest {
  const make = random.pickWeighted([
    [single, 850],
    [upload, 110],
    [refusedUpload, 5],
    [directory, 30],
    [aborted, 5],
  ]);
  return make(random);
}

function single(random: SeededRandom): GeneratedRequest {
  const event = generatedBody(random, random.chance(0.7) ? 'status' : 'contact');
  const strict = random.chance(0.5);
  return {
    method: 'POST',
    path: `/ccwfm/api/rest/${event.type}`,
    headers: { ...anyHeaders(random), ...(strict ? { prefer: 'handling=strict' } : {}) },
    body: event.bytes,
    made: `${event.type} ${event.way}`,
    status: strict && event.fate === 'dead_lettered' ? 400 : STATUS_OF[event.fate],
    events: [event],
  };
}

/** Announces more bytes than it sends, so nothing of it may be stored. */
function aborted(random: SeededRandom): GeneratedRequest {
  const { path, body, made } = single(random);
  const bytesNeverSent = random.integer(1, 1_000_000);
  return { method: 'POST', path, headers: {}, body, made, status: 400, events: [], bytesNeverSent };
}

function upload(random: SeededRandom): GeneratedRequest {
  const lines = Array.from({ length: random.integer(0, MOST_LINES) }, () =>
    generatedBody(random, random.chance(0.7) ? 'status' : 'contact'),
  ).filter(({ bytes }) => isLine(bytes));
  const accepted = lines.filter(({ fate }) => fate === 'accepted').length;
  const end = Buffer.from(random.pick(['\n', '\r\n', '\n\n']));
  return {
    method: 'POST',
    path: '/ccwfm/api/rest/events',
    headers: { 'content-type': 'application/x-ndjson', ...anyFraming(random) },
    body: Buffer.concat(lines.flatMap(({ bytes }) => [bytes, end])),
    made: `lines ${lines.map(({ way }) => way).join(', ')}`,
    status: 200,
    counts: { received: lines.length, accepted, deadLettered: lines.length - accepted },
    events: lines,
  };
}

function isLine(bytes: Buffer): boolean {
  return bytes.length > 0 && !bytes.includes(LINE_FEED) && bytes.at(-1) !== CARRIAGE_RETURN;
}

function refusedUpload(random: SeededRandom): GeneratedRequest {
  const headers = random.pick<Record<string, string>>([
    { 'content-type': 'application/json' },
    { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    {},
  ]);
  return { ...upload(random), headers, made: 'a refused upload', status: 415, events: [] };
}

/** Directories are read strictly, but ignored members do no harm. */
function directory(random: SeededRandom): GeneratedRequest {
  const parameters = { systemId: `system ${random.integer(1, 3)}`, note: random.integer(0, 9) };
  const accepted = random.chance(0.2);
  const ways = accepted ? DIRECTORY_WAYS.accepted : DIRECTORY_WAYS.refused;
  const way = random.pick(ways);
  const written = (accepted ? LENIENT : SPOILT)[way]!(
    { parameters, required: ['systemId'], identity: '' },
    random,
  );
  return {
    method: 'PUT',
    path: '/ccwfm/api/rest/personnel',
    headers: anyHeaders(random),
    body: Buffer.from(written as string),
    made: `a directory ${way}`,
    status: accepted ? 204 : 400,
    events: [],
    directory: accepted ? 'accepted' : 'refused',
  };
}

const DIRECTORY_WAYS = {
  accepted: ['plain', 'with a byte order mark', 'with prototype keys', 'with an escaped key'],
  refused: [
    ...['empty', 'of white space', 'cut', 'with two byte order marks', 'in UTF-16', 'in Latin-1'],
    ...['of random bytes', 'with its parameters in its prototype', 'of another kind', 'that is not JSON'],
    ...['that opens more than it closes', 'nested deep', 'without a parameter'],
  ],
} as const;

const CONTENT_TYPES = [
  ...['application/json', 'text/plain', 'application/json; charset=utf-16', 'application/x-ndjson', ';;;'],
  ...['multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', '\u00ff/\u00ff', ''],
];

function anyHeaders(random: SeededRandom): Record<string, string> {
  return {
    ...(random.chance(0.9) ? { 'content-type': random.pick(CONTENT_TYPES) } : {}),
    ...(random.chance(0.1) ? { 'content-encoding': random.pick(['gzip', 'br', 'identity', '?']) } : {}),
    ...anyFraming(random),
  };
}

function anyFraming(random: SeededRandom): Record<string, string> {
  return random.chance(0.2) ? { 'transfer-encoding': 'chunked' } : {};
}
