import { timestamp, type StoreConnection } from './connection.js';
import type { ActivityRow, ReceiptRow } from './receipt-rows.js';

/** The accounting's share of the projection store. */
export class ClickHouseReceiptStore {
  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {}

  writeReceipts(receipts: readonly ReceiptRow[]): Promise<void> {
    return this.connection.insert(
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
      receipts.map((row) => [
        row.systemId,
        row.receiver,
        row.block,
        String(row.stored),
        String(row.repeats),
        String(row.deadLettered),
        String(row.failed),
        row.settled,
        timestamp(row.lastReceived),
      ]),
    );
  }

  writeActivity(activity: readonly ActivityRow[]): Promise<void> {
    return this.connection.insert(
      `${this.database}.system_activity`,
      ['slot', 'system_id', 'last_received', 'last_action'],
      activity.map(({ systemId, slot, lastReceived, lastAction }) => [
        slot / 1000,
        systemId,
        timestamp(lastReceived),
        lastAction === null ? null : timestamp(lastAction),
      ]),
    );
  }
}
