import type { QuestionSize } from '../questions/asker.js';

/** How many rows of an answer an agent has. Queries return them ordered by agent, as in the answer. */
export interface AgentRows {
  readonly agentId: string;
  readonly rows: number;
}

/**
 * Cuts what an answer is made of, in order, into slices of at most as many rows as a piece may have. An entry with more
 * rows is a slice of its own.
 */
export function sliceByRows<Part extends { readonly rows: number }>(
  ordered: readonly Part[],
  rowsPerPiece: number,
): Part[][] {
  const slices: Part[][] = [];
  let rows = Infinity;
  for (const part of ordered) {
    if (rows + part.rows > rowsPerPiece) {
      slices.push([]);
      rows = 0;
    }
    slices.at(-1)!.push(part);
    rows += part.rows;
  }
  return slices;
}

/** A question about at most this many agents or groups counts as small. */
export const SMALL_LIST = 100;
/** An answer of at most this many rows counts as small. */
export const SMALL_ROWS = 5_000;

/** The size of a question about these ids before its number of rows is known. */
export function sizeOfList(ids: readonly string[]): QuestionSize {
  return ids.length <= SMALL_LIST ? 'small' : 'large';
}

/** The size of a question whose answer is made of these parts. */
export function sizeOfAnswer(parts: readonly { readonly rows: number }[]): QuestionSize {
  return parts.reduce((sum, { rows }) => sum + rows, 0) <= SMALL_ROWS ? 'small' : 'large';
}
