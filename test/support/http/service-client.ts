import { Agent, request as httpRequest } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  json(): unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a request with exactly the given bytes over a real socket. */
export function request(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, headers, agent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: incoming.statusCode!,
          headers: incoming.headers,
          body: bytes,
          json: () => JSON.parse(bytes.toString()) as unknown,
        });
      });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close an idle connection at the moment it is reused.
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET' && method === 'GET';
      if (isStale) resolve(request(url, options));
      else reject(error);
    });
    outgoing.end(body);
  });
}

/** Posts a status event. A text or buffer is sent as it is, anything else as JSON. */
export function postStatus(
  baseUrl: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return request(`${baseUrl}/ccwfm/api/rest/status`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
}

/** Posts a contact step. */
export function postContact(
  baseUrl: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return request(`${baseUrl}/ccwfm/api/rest/contact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** Puts a system's directory. A text or buffer is sent as it is, anything else as JSON. */
export function putPersonnel(baseUrl: string, body: unknown): Promise<Answer> {
  return request(`${baseUrl}/ccwfm/api/rest/personnel`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
}

/** The value of a metric, summed over all samples with the given labels. */
export async function metric(
  baseUrl: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const text = (await request(`${baseUrl}/metrics`)).body.toString();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Waits until all acknowledged records are in the store. */
export function untilProjected(baseUrl: string, withinMs = 60_000): Promise<void> {
  return eventually(async () => (await metric(baseUrl, 'wfm_projection_lag_events')) === 0, withinMs);
}

/** Waits for a condition with a deadline. @param state describes the actual state for the error message. */
export async function eventually(
  condition: () => Promise<boolean> | boolean,
  withinMs = 30_000,
  state: () => unknown = () => '',
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      const found = JSON.stringify(await state());
      throw new Error(`not within ${withinMs} ms: ${condition.toString()}; the state is ${found}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
