import type { StoreConnection } from '../connection/connection.js';
import { timestamp } from '../connection/timestamp.js';
import { insertByMonth } from '../connection/insert-by-month.js';
import type { ActivityRow, ReceiptRow } from './receipt-rows.js';

/** The part of the projection store that keeps receipts and activity. */
export class ClickHouseReceiptStore {
  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {}

  writeReceipts(receipts: readonly ReceiptRow[]): Promise<void> {
    return insertByMonth(
      this.connection,
      `${this.database}.receipts`,
      [
        'system_id',
        'receiver',
        'block',
        'stored',
        'repeats',
        'dead_lettered',
        'failed',
        'settled',
        'last_received',
      ],
      {
        items: receipts,
        timeOf: ({ receiver }) => startOf(receiver),
        rowOf: (row) => [
          row.systemId,
          row.receiver,
          row.block,
          String(row.stored),
          String(row.repeats),
          String(row.deadLettered),
          String(row.failed),
          row.settled,
          timestamp(row.lastReceived),
        ],
      },
    );
  }

  writeActivity(activity: readonly ActivityRow[]): Promise<void> {
    return insertByMonth(
      this.connection,
      `${this.database}.system_activity`,
      ['slot', 'system_id', 'last_received', 'last_action'],
      {
        items: activity,
        timeOf: ({ slot }) => slot,
        rowOf: ({ systemId, slot, lastReceived, lastAction }) => [
          slot / 1000,
          systemId,
          timestamp(lastReceived),
          lastAction === null ? null : timestamp(lastAction),
        ],
      },
    );
  }
}

/**
 * A receiver's id begins with the second at which it started, as 8 hexadecimal digits; the table is partitioned by it.
 */
function startOf(receiver: string): number {
  return parseInt(receiver.slice(0, 8), 16) * 1000;
}
