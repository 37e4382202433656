import { CommandError } from '#command';
import { userInfo } from 'node:os';
import type { LetterFilter } from './dead-letters-options.js';

/** The printed part of a letter as the service returns it. */
export interface LetterView {
  readonly id: string;
  readonly receivedAt: string;
  readonly type: string;
  readonly reason: string;
  readonly systemId: string;
  readonly remoteAddress: string;
  readonly bodyBytes: number;
  readonly bodyTruncated: boolean;
  readonly body?: string;
  readonly bodyBase64?: string;
  readonly explanation: { readonly wrong: string; readonly right: string };
  readonly resendable: boolean;
  readonly resends: readonly ResendView[];
}

export interface ResendView {
  readonly resentAt: string;
  readonly resentBy: string;
  readonly corrected: boolean;
  readonly outcome: string;
  readonly message?: string;
}

/** The outcome of resending a letter: `accepted`, or why not. */
export interface ResendAnswer {
  readonly id: string;
  readonly outcome: 'accepted' | 'rejected' | 'impossible';
  readonly message?: string;
  readonly description?: string;
}

/** The service cannot be reached or refused the request; the message says why and what to do next. */
export class ServiceError extends CommandError {
  override readonly name = 'ServiceError';
}

const PAGE_SIZE = 200;
const TIMEOUT_MS = 60_000;

/** The operators' methods of a running service. */
export class OpsService {
  constructor(
    private readonly url: string,
    private readonly apiKey: string | undefined,
  ) {}

  /** Letters, newest first, read page by page as they are taken. */
  async *letters(filter: LetterFilter, limit = Infinity): AsyncGenerator<LetterView> {
    let listed = 0;
    for (let cursor: string | undefined = ''; cursor !== undefined && listed < limit;) {
      const size = String(Math.min(PAGE_SIZE, limit - listed));
      const query: Record<string, string> = { ...filter, limit: size, ...(cursor === '' ? {} : { cursor }) };
      const page = (await this.get(`?${new URLSearchParams(query).toString()}`)) as {
        deadLetters: LetterView[];
        nextCursor?: string;
      };
      listed += page.deadLetters.length;
      yield* page.deadLetters;
      cursor = page.nextCursor;
    }
  }

  async letter(id: string): Promise<LetterView> {
    return (await this.get(`/${encodeURIComponent(id)}`)) as LetterView;
  }

  async resend(id: string, body?: Buffer): Promise<ResendAnswer> {
    const path = `/${encodeURIComponent(id)}/resend`;
    const { status, answer } = await this.ask(path, {
      method: 'POST',
      ...(body === undefined ? {} : { body }),
    });
    if (status === 200) return { id, outcome: 'accepted' };
    const { message = '', description = '' } = answer as Partial<ResendAnswer>;
    if (status === 422 || status === 413) return { id, outcome: 'rejected', message, description };
    if (status === 409) return { id, outcome: 'impossible', message, description };
    throw refused(status, answer);
  }

  private async get(path: string): Promise<unknown> {
    const { status, answer } = await this.ask(path, {});
    if (status !== 200) throw refused(status, answer);
    return answer;
  }

  private async ask(path: string, init: RequestInit): Promise<{ status: number; answer: unknown }> {
    const headers = {
      'user-agent': `statusledger-dead-letters, ${userName()}`,
      ...(this.apiKey === undefined ? {} : { authorization: `Bearer ${this.apiKey}` }),
    };
    const address = `${this.url}/ops/dead-letters${path}`;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(address, { ...init, headers, signal });
      const text = await response.text();
      return { status: response.status, answer: parse(text) };
    } catch (cause) {
      throw new ServiceError(
        `The service at ${this.url} does not answer (${reasonOf(cause)}).\nStart it, or give its address: --url http://host:port`,
        { cause },
      );
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function refused(status: number, answer: unknown): ServiceError {
  const { message = 'it gives no reason', description = '' } = answer as Partial<ResendAnswer>;
  const next = NEXT[status] ?? '';
  return new ServiceError(
    [`The service says ${status}: ${message}.`, description, next].filter(Boolean).join('\n'),
  );
}

const NEXT: Readonly<Record<number, string>> = {
  401: 'Give a key with --api-key or STATUSLEDGER_API_KEY.',
  403: 'The key is not for this: use one of an operator, for this system.',
  404: "List the letters with 'npm run dead-letters -- list'. If the method itself is missing, the service is older than this command, or --url is that of a receiver.",
  500: "The service's log says more.",
  503: 'Run the same command again later; letters that were resent already are left alone.',
};

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}

function userName(): string {
  try {
    return userInfo().username.replace(/[^\x20-\x7e]/g, '?');
  } catch {
    // In many containers the user has no entry.
    return 'unknown user';
  }
}
