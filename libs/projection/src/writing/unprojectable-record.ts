import type { StoredRecord } from '#event-log';
import type { DeadLetterRow } from '#store';
import { deadLetterOfRecord } from '../topics/dead-letter-topic-projection.js';

/** The dead letter of a record that the store does not accept. It keeps the whole record. */
export function setAsideRecord(
  topic: string,
  type: string,
  record: StoredRecord,
  error: unknown,
): DeadLetterRow {
  return {
    ...deadLetterOfRecord(topic, type, record),
    reason: 'unprojectable',
    message: `the store does not take this record: ${firstLine(error)}`,
    description: `The record at offset ${record.offset} of ${topic}/${record.partition} made its batch fail, and fails alone. The others of the batch were projected.`,
  };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0]!;
}
