import type { StoreConnection } from '../connection/connection.js';
import type { ProjectedPosition } from './projection-store.js';

/** The part of the projection store that keeps how far it has come. */
export class ClickHousePositionStore {
  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {}

  async positions(topic: string): Promise<readonly ProjectedPosition[]> {
    const rows = await this.connection.latestRows<PositionRow>(
      `SELECT partition, log_id, next_offset, last_record, note, rules
       FROM ${this.database}.projection_positions FINAL
       WHERE topic = {topic:String} ORDER BY partition`,
      { topic },
    );
    return rows.map(([partition, logId, offset, lastRecord, note, rules]) => ({
      topic,
      partition,
      logId,
      offset,
      lastRecord,
      metadata: note,
      rules,
    }));
  }

  write(positions: readonly ProjectedPosition[]): Promise<void> {
    return this.connection.insert(
      `${this.database}.projection_positions`,
      ['topic', 'partition', 'log_id', 'next_offset', 'last_record', 'note', 'rules'],
      positions.map(({ topic, partition, logId, offset, lastRecord, metadata: note, rules }) => [
        topic,
        partition,
        logId,
        offset,
        lastRecord,
        note,
        rules,
      ]),
      { readBack: true },
    );
  }
}

type PositionRow = readonly [
  partition: number,
  logId: string,
  offset: number,
  lastRecord: string,
  note: string,
  rules: string,
];
