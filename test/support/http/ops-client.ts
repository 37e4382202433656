import { request, type Answer } from './service-client.js';

/** The parts of a dead letter in `/ops/dead-letters` that tests look at. */
export interface LetterView {
  readonly id: string;
  readonly receivedAt: string;
  readonly type: string;
  readonly reason: string;
  readonly field: string;
  readonly systemId: string;
  readonly body?: string;
  readonly bodyBase64?: string;
  readonly bodyBytes: number;
  readonly bodyTruncated: boolean;
  readonly explanation: { readonly wrong: string; readonly right: string };
  readonly position?: { readonly line: number; readonly column: number; readonly offset: number };
  readonly resendable: boolean;
  readonly resends: readonly {
    readonly outcome: string;
    readonly corrected: boolean;
    readonly reason?: string;
  }[];
}

export interface LetterPage {
  readonly deadLetters: readonly LetterView[];
  readonly nextCursor?: string;
}

/** Calls one of the operators' methods. */
export function askOps(
  url: string,
  method: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return request(`${url}/ops/${method}?${new URLSearchParams(query).toString()}`);
}

/** One page of dead letters. @throws unless the answer is 200. */
export async function letterPage(
  url: string,
  query: Readonly<Record<string, string>> = {},
): Promise<LetterPage> {
  const answer = await askOps(url, 'dead-letters', query);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body.toString()}`);
  return answer.json() as LetterPage;
}

/** All dead letters, read in pages. */
export async function allLetters(
  url: string,
  query: Readonly<Record<string, string>> = {},
): Promise<LetterView[]> {
  const letters: LetterView[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: LetterPage = await letterPage(url, cursor === '' ? query : { ...query, cursor });
    letters.push(...page.deadLetters);
    cursor = page.nextCursor;
  }
  return letters;
}

/** Resends a letter unchanged or with a corrected body. */
export function resendLetter(url: string, id: string, body?: string | Buffer): Promise<Answer> {
  return request(`${url}/ops/dead-letters/${encodeURIComponent(id)}/resend`, {
    method: 'POST',
    ...(body === undefined ? {} : { body }),
  });
}
