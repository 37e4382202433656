import type { StoreConnection } from '../connection/connection.js';

const AGENTS_WITH_GROUPS = `arrayFilter(agent -> JSONLength(agent, 'agentGroups') > 0, JSONExtractArrayRaw(body, 'agents'))`;

const ANSWER = `concat('{"services":', JSONExtractRaw(body, 'services'),
  if(JSONHas(body, 'agents'), concat(',"agents":[', arrayStringConcat(${AGENTS_WITH_GROUPS}, ','), ']'), ''), '}')`;

/** The answer of `personnel` (spec 3.1): the directory in force, without agents that have no groups. */
export async function personnel(
  connection: StoreConnection,
  systemId: string,
  database: string,
): Promise<Buffer | undefined> {
  const answer = await connection.text(
    `SELECT ${ANSWER} FROM ${database}.directories WHERE system_id = {system:String} ORDER BY position DESC LIMIT 1`,
    { system: systemId },
  );
  return answer.length === 0 ? undefined : answer;
}
