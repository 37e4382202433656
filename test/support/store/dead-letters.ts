import { StoreConnection } from '#store';
import { storeIn } from './store-under-test.js';

/** A dead letter as stored. */
export interface KeptDeadLetter {
  readonly type: string;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly size: number;
  readonly body: Buffer;
}

/** The dead letters of a stopped service, in the order in which they were received. */
export async function deadLettersIn(dataDirectory: string): Promise<KeptDeadLetter[]> {
  const settings = storeIn(dataDirectory);
  const store = StoreConnection.open(settings);
  try {
    const rows = await store.rows<[string, string, string, string, number, string]>(
      `SELECT type, reason, field, message, body_bytes, base64Encode(body)
       FROM ${settings.database}.dead_letters FINAL ORDER BY received_at, id`,
    );
    return rows.map(([type, reason, field, message, size, body]) => ({
      type,
      reason,
      field,
      message,
      size: Number(size),
      body: Buffer.from(body, 'base64'),
    }));
  } finally {
    await store.close();
  }
}
