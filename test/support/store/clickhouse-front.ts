import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
// The engine is used directly, since this stands in for a server that the store library talks to.

import { Session } from 'chdb';

/**
 * A small ClickHouse server over HTTP on loopback, made of the embedded engine. It covers enough of the interface for
 * the real client and its wire format, so that several processes of a test can share one store. The product does not
 * know about it.
 *
 * Run as a process: `node clickhouse-front.js DIRECTORY PORT`. It prints its URL. Port 0 stands for any free port.
 */
const [directory, port] = process.argv.slice(2) as [string, string];
const session = new Session(directory);

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    const { code = 1000, message } = error as { code?: number | string; message: string };
    response
      .writeHead(500, { 'x-clickhouse-exception-code': String(code) })
      .end(`Code: ${codeIn(message) ?? 1000}. DB::Exception: ${message}`);
  });
});

/** Statements run one after another, as the engine requires for those with bound values. */
let turn: Promise<unknown> = Promise.resolve();

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url!, 'http://front');
  const body = await read(request);
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  const { sql, parameters, settings } = statementOf(url, request, body);
  const run = turn.then(() =>
    session.queryBindAsync(withSettings(sql, settings), parameters, { format: 'TabSeparated' }),
  );
  turn = run.catch(() => undefined);
  const result = await run;
  response.writeHead(200, {
    'content-type': 'text/plain',
    'x-clickhouse-query-id': url.searchParams.get('query_id') ?? '',
  });
  response.end(Buffer.from(result.bytes()));
}

interface Statement {
  readonly sql: string;
  readonly parameters: Record<string, string | (string | number)[]>;
  readonly settings: Record<string, string>;
}

/** The statement is the body, or the `query` of the URL with the body as its data, or both are parts of a form. */
function statementOf(url: URL, request: IncomingMessage, body: Buffer): Statement {
  const given = new Map(url.searchParams);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    for (const [name, value] of formOf(type, body)) given.set(name, value);
  }
  const isForm = type.startsWith('multipart/form-data');
  const data = isForm ? '' : body.toString('utf8');
  const query = given.get('query');
  const sql = query === undefined ? data : `${query}\n${data}`;
  const parameters: Statement['parameters'] = {};
  const settings: Record<string, string> = {};
  for (const [name, value] of given) {
    if (name.startsWith('param_')) {
      const parameter = name.slice('param_'.length);
      parameters[parameter] = sql.includes(`{${parameter}:Array(`) ? listIn(value) : unescaped(value);
    } else if (!NOT_SETTINGS.has(name)) settings[name] = value;
  }
  return { sql, parameters, settings };
}

const NOT_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'session_id',
  'session_timeout',
  'role',
  'default_format',
  'wait_end_of_query',
]);

/** The parts of a form, by name. */
function* formOf(type: string, body: Buffer): Generator<[string, string]> {
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/.exec(type)!;
  for (const part of body.toString('utf8').split(`--${boundary[1] ?? boundary[2]}`)) {
    const headEnd = part.indexOf('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(part.slice(0, headEnd))?.[1];
    if (headEnd >= 0 && name !== undefined) yield [name, part.slice(headEnd + 4, -2)];
  }
}

/** Undoes the client's escaping of a value, since the engine's binding escapes it again. */
function unescaped(value: string): string {
  return value.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);
}

/** The values of `['a','b\\'c']` or `[1,2]`. */
function listIn(text: string): (string | number)[] {
  return [...text.slice(1, -1).matchAll(/'((?:[^'\\]|\\.)*)'|-?\d+/gs)].map(([number, quoted]) =>
    quoted === undefined ? Number(number) : unescaped(quoted),
  );
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', 0: '\0' };

/** Adds a request's settings to its statement, before the data of an insert. */
function withSettings(sql: string, settings: Readonly<Record<string, string>>): string {
  const list = Object.entries(settings).map(
    ([name, value]) => `${name} = '${value.replace(/['\\]/g, '\\$&')}'`,
  );
  if (list.length === 0) return sql;
  const insert = /^(\s*INSERT INTO [^]*?)( FORMAT \w+\s[^]*)$/i.exec(sql);
  if (insert !== null) return `${insert[1]} SETTINGS ${list.join(', ')}${insert[2]}`;
  if (!/^\s*SELECT/i.test(sql)) return sql;
  const format = /^([^]*?)(\s+FORMAT \w+\s*)$/i.exec(sql);
  return format === null
    ? `${sql} SETTINGS ${list.join(', ')}`
    : `${format[1]} SETTINGS ${list.join(', ')}${format[2]}`;
}

function codeIn(message: string): string | undefined {
  return /Code: (\d+)/.exec(message)?.[1];
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

server.keepAliveTimeout = 60_000;
server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void turn.finally(() => {
    session.close();
    process.exit(0);
  });
});
