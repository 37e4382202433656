import type { QuestionSize } from '../questions/asker.js';

/** How many rows of an answer an agent has. Queries give them ordered by agent, as the answer is. */
export interface AgentRows {
  readonly agentId: string;
  readonly rows: number;
}

/** Cuts what an answer is made of, in its order, into slices of at most as many rows as a piece may have; more is a slice of its own. */
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

/** A question about at most so many agents or groups is counted as a small one. */
export const SMALL_LIST = 100;
/** An answer of at most so many rows is made as a small one. */
export const SMALL_ROWS = 5_000;

/** How large a question about these ids is before it is known how many rows it has. */
export function sizeOfList(ids: readonly string[]): QuestionSize {
  return ids.length <= SMALL_LIST ? 'small' : 'large';
}

/** How large a question is whose answer is made of these parts. */
export function sizeOfAnswer(parts: readonly { readonly rows: number }[]): QuestionSize {
  return parts.reduce((sum, { rows }) => sum + rows, 0) <= SMALL_ROWS ? 'small' : 'large';
}
