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
