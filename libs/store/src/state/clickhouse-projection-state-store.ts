import type { StoreConnection } from '../connection/connection.js';
import type { ProjectionState, ProjectionStateStore, StateOfTopic } from './projection-state.js';

export class ClickHouseProjectionStateStore implements ProjectionStateStore {
  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {}

  async writeState(topic: string, partitions: readonly number[], state: ProjectionState): Promise<void> {
    const [row] = await this.connection.latestRows<[number]>(
      `SELECT max(revision) FROM ${this.database}.projection_states WHERE topic = {topic:String}`,
      { topic },
    );
    const revision = row![0] + 1;
    const left = state.kind === 'catching_up' ? state.left : 0;
    const cause = 'cause' in state ? state.cause : '';
    await this.connection.insert(
      `${this.database}.projection_states`,
      ['topic', 'partition', 'kind', 'left', 'cause', 'revision'],
      partitions.map((partition) => [topic, partition, state.kind, left, cause, revision]),
      { readBack: true },
    );
  }

  async states(): Promise<readonly StateOfTopic[]> {
    const rows = await this.connection.rows<[string, ProjectionState['kind'], number, string]>(
      `SELECT topic, toString(kind), left, cause FROM ${this.database}.projection_states FINAL`,
    );
    return rows.map(([topic, kind, left, cause]) => ({ topic, state: stateOf(kind, left, cause) }));
  }
}

function stateOf(kind: ProjectionState['kind'], left: number, cause: string): ProjectionState {
  if (kind === 'catching_up') return { kind, left };
  if (kind === 'stuck' || kind === 'refused') return { kind, cause };
  return { kind };
}
