import { groupsOf } from '#domain';
import type { StoreConnection } from '../connection/connection.js';
import { timestamp } from '../connection/timestamp.js';
import type { ReceivedDirectory } from './projection-store.js';

/** The part of the projection store that keeps directories. */
export class ClickHouseDirectoryStore {
  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {}

  /** Writes what answers look up first, then the directory itself, which puts it in force. */
  async write(directories: readonly ReceivedDirectory[]): Promise<void> {
    await this.connection.insert(
      `${this.database}.directory_groups`,
      ['system_id', 'position', 'group_id', 'service_id'],
      directories.flatMap(groupRows),
    );
    await this.connection.insert(
      `${this.database}.directory_agent_groups`,
      ['system_id', 'position', 'worker_id', 'group_id'],
      directories.flatMap(agentGroupRows),
    );
    await this.connection.insert(
      `${this.database}.directories`,
      ['system_id', 'position', 'received_at', 'body'],
      directories.map(({ systemId, position, receivedAt, directory }) => [
        systemId,
        position,
        timestamp(receivedAt),
        JSON.stringify(directory),
      ]),
    );
  }
}

function groupRows({ systemId, position, directory }: ReceivedDirectory) {
  return directory.services.flatMap(({ id, serviceGroups = [] }) =>
    serviceGroups.map((group) => [systemId, position, group.id, id]),
  );
}

function agentGroupRows({ systemId, position, directory: { agents = [] } }: ReceivedDirectory) {
  return agents.flatMap((agent) => groupsOf(agent).map((groupId) => [systemId, position, agent.id, groupId]));
}
