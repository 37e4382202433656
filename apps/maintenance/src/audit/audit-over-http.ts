import { CommandError } from '#command';
import type { AuditProgress, Difference } from '#store';

/** The service could not audit; the message says why and what to do next. */
export class AuditServiceError extends CommandError {
  override readonly name = 'AuditServiceError';
}

export interface AuditQuestion {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly sample: { readonly size: number; readonly seed: number } | undefined;
}

interface AuditLine {
  readonly difference?: Difference;
  readonly progress?: { readonly done: number; readonly parts: number };
  readonly summary?: { readonly rows: number; readonly tables: number };
}

/** Totals of an audit by a service, which are known at its end. */
export interface AuditedByService {
  rows: number;
  tables: number;
}

/**
 * Makes a running service audit its store.
 *
 * @param total gets the totals at the end.
 * @throws AuditServiceError
 */
export async function* auditOverHttp(
  question: AuditQuestion,
  total: AuditedByService,
): AsyncGenerator<AuditProgress> {
  let differences: Difference[] = [];
  let isWhole = false;
  for await (const line of linesOf(await bodyOf(question), question.url)) {
    const { difference, progress, summary } = JSON.parse(line) as AuditLine;
    if (difference !== undefined) differences.push(difference);
    if (progress !== undefined) {
      yield { ...progress, differences, rows: {} };
      differences = [];
    }
    if (summary !== undefined) {
      isWhole = true;
      Object.assign(total, { rows: summary.rows, tables: summary.tables });
    }
  }
  if (!isWhole) throw new AuditServiceError(brokenOff(question.url));
}

async function bodyOf({ url, apiKey, sample }: AuditQuestion): Promise<AsyncIterable<Uint8Array>> {
  const query = sample === undefined ? '' : `?sample=${sample.size}&seed=${sample.seed}`;
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  let response: Response;
  try {
    response = await fetch(`${url}/ops/audit${query}`, { headers });
  } catch (cause) {
    throw new AuditServiceError(
      `The service at ${url} does not answer (${reasonOf(cause)}).\nGive its address with --url http://host:port, or stop the process that has the store open and run this again.`,
      { cause },
    );
  }
  if (response.status === 200 && response.body !== null) return response.body;
  throw new AuditServiceError(refusal(response.status, await response.text()));
}

async function* linesOf(body: AsyncIterable<Uint8Array>, url: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
  } catch (cause) {
    throw new AuditServiceError(brokenOff(url), { cause });
  }
}

const brokenOff = (url: string) =>
  `The audit by ${url} broke off because the service stopped or its store failed; its log says which. Run this again.`;

function refusal(status: number, text: string): string {
  let answer: { message?: string; description?: string } = {};
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    // Something else than our service answered; the status says enough.
  }
  const next = NEXT[status] ?? answer.description ?? '';
  return [`The service says ${status}: ${answer.message ?? 'it gives no reason'}.`, next]
    .filter(Boolean)
    .join('\n');
}

const NEXT: Readonly<Record<number, string>> = {
  401: 'Give a key of role ops with --api-key or STATUSLEDGER_API_KEY.',
  403: 'Use a key of role ops that is not limited to systems.',
  404: 'The service is older than this command, or --url is that of a receiver.',
  409: 'Wait until it is over, then run this again.',
};

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
