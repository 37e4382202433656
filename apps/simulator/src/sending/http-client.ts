import http from 'node:http';
import https from 'node:https';

/** What a service answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** How long the service asks to be left alone (`Retry-After`), if it does. */
  readonly retryAfterMs?: number;
}

export interface HttpClientOptions {
  readonly baseUrl: URL;
  /** The most connections that are open at once; each is kept for the next request. */
  readonly connections: number;
  /** Sent as `Authorization: Bearer`. */
  readonly apiKey?: string | undefined;
  /** A connection that is silent for so long counts as broken. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Requests over a few kept connections. Any status is an answer; only a connection that fails rejects, with
 * Node's own error and its `code`.
 */
export class HttpClient {
  private readonly transport: typeof http | typeof https;
  private readonly agent: http.Agent;

  constructor(private readonly options: HttpClientOptions) {
    this.transport = options.baseUrl.protocol === 'https:' ? https : http;
    this.agent = new this.transport.Agent({ keepAlive: true, maxSockets: options.connections });
  }

  /** @param path from the base URL, beginning with a slash. */
  get(path: string): Promise<HttpAnswer> {
    return this.request('GET', path);
  }

  /** @param path from the base URL, beginning with a slash. */
  post(path: string, message: object): Promise<HttpAnswer> {
    return this.request('POST', path, JSON.stringify(message));
  }

  /** @param path from the base URL, beginning with a slash. */
  put(path: string, message: object): Promise<HttpAnswer> {
    return this.request('PUT', path, JSON.stringify(message));
  }

  /** Closes the kept connections; requests under way fail. */
  close(): void {
    this.agent.destroy();
  }

  private request(method: string, path: string, body?: string): Promise<HttpAnswer> {
    const { baseUrl, apiKey, timeoutMs = DEFAULT_TIMEOUT_MS } = this.options;
    const url = new URL(baseUrl.pathname.replace(/\/$/, '') + path, baseUrl);
    const headers: http.OutgoingHttpHeaders = {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (apiKey !== undefined) headers['Authorization'] = `Bearer ${apiKey}`;

    return new Promise((resolve, reject) => {
      const request = this.transport.request(url, { method, headers, agent: this.agent }, (response) => {
        readAnswer(response).then(resolve, reject);
      });
      request.on('error', reject);
      request.setTimeout(timeoutMs, () => request.destroy(new SilentConnectionError(timeoutMs)));
      request.end(body);
    });
  }
}

class SilentConnectionError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs / 1000} s`);
  }
}

async function readAnswer(response: http.IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const retryAfterSeconds = Number(response.headers['retry-after']);
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks).toString('utf8'),
    ...(retryAfterSeconds > 0 ? { retryAfterMs: retryAfterSeconds * 1000 } : {}),
  };
}
