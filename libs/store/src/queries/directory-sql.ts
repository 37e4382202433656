import type { StoreConnection } from '../connection/connection.js';

/** A position that no directory has, which stands for no directory. */
export const NO_DIRECTORY = Number.MAX_SAFE_INTEGER;

/**
 * The position of the system's directory in force, or {@link NO_DIRECTORY}. An answer made by several statements looks
 * it up once and binds it as `directory` in all of them.
 */
export async function directoryInForce(
  connection: StoreConnection,
  database: string,
  systemId: string,
): Promise<number> {
  const [row] = await connection.rows<[number | null]>(
    `SELECT maxOrNull(position) FROM ${database}.directories WHERE system_id = {system:String}`,
    { system: systemId },
  );
  return row![0] ?? NO_DIRECTORY;
}

const OF_DIRECTORY = `system_id = {system:String} AND position = {directory:UInt64}`;

/** SQL for the services of groups in the bound directory, as (group_id, service_id). */
export function servicesOfGroups(database: string): string {
  return `SELECT group_id, service_id FROM ${database}.directory_groups FINAL WHERE ${OF_DIRECTORY}`;
}

/** SQL for the groups that agents can process in the bound directory, as (worker_id, group_id). */
export function groupsOfAgents(database: string, where: string): string {
  return `SELECT worker_id, group_id FROM ${database}.directory_agent_groups FINAL WHERE ${OF_DIRECTORY} AND ${where}`;
}

/** SQL for the service that an answer names, where `service_id` is the one in the directory, or empty. */
export const SERVICE = `if(service_id = '', {service:String}, service_id)`;
