import { readFileSync } from 'node:fs';

/** A fenced block of a document that a test does something with. */
export type DocumentBlock =
  | { readonly kind: 'run'; readonly line: number; readonly text: string }
  | { readonly kind: 'answer'; readonly line: number; readonly text: string }
  | { readonly kind: 'snippet'; readonly line: number; readonly text: string; readonly file: string };

const BLOCK = /^```(\w+) (run|answer|snippet=(\S+))\n([\s\S]*?)^```$/gm;

/**
 * The blocks whose first line says what they are: `sh run` is run, `json answer` is what the run before it prints, and
 * `LANGUAGE snippet=FILE` is code to start from.
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

/** An answer without what differs from day to day: times become one word. */
export function withoutTimes(json: string): unknown {
  return JSON.parse(json.replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z"/g, '"a time"'));
}
