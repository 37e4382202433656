import { readFileSync } from 'node:fs';

/** A fenced block of a document that a test uses. */
export type DocumentBlock =
  | { readonly kind: 'run'; readonly line: number; readonly text: string }
  | { readonly kind: 'answer'; readonly line: number; readonly text: string }
  | { readonly kind: 'snippet'; readonly line: number; readonly text: string; readonly file: string };

const BLOCK = /^```(\w+) (run|answer|snippet=(\S+))\n([\s\S]*?)^```$/gm;

/**
 * The blocks of a document by their info strings: `sh run` is a command to run, `json answer` the output of the run
 * before it, and `LANGUAGE snippet=FILE` an example program.
 */
export function documentBlocks(file: string): readonly DocumentBlock[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(BLOCK)].map((match) => {
    const [, , what, snippet, body] = match;
    const line = text.slice(0, match.index).split('\n').length;
    if (snippet !== undefined) return { kind: 'snippet', line, text: body!, file: snippet };
    return { kind: what as 'run' | 'answer', line, text: body! };
  });
}

/** A JSON answer with its times replaced by a constant, since they differ from day to day. */
export function withoutTimes(json: string): unknown {
  return JSON.parse(json.replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z"/g, '"a time"'));
}
