import { compareUtf8 } from '#domain';

/** How many rows of an answer an agent has. */
export interface AgentRows {
  readonly agentId: string;
  readonly rows: number;
}

/**
 * Cuts the agents, in the order of the answer, into slices of at most as many rows as a piece may have; an agent
 * with more is a slice of its own.
 */
export function sliceByRows(agents: readonly AgentRows[], rowsPerPiece: number): AgentRows[][] {
  const ordered = [...agents].sort((a, b) => compareUtf8(a.agentId, b.agentId));
  const slices: AgentRows[][] = [];
  let rows = Infinity;
  for (const agent of ordered) {
    if (rows + agent.rows > rowsPerPiece) {
      slices.push([]);
      rows = 0;
    }
    slices.at(-1)!.push(agent);
    rows += agent.rows;
  }
  return slices;
}
