import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { RecordHeaders, StoredRecord } from '../log-record.js';

/**
 * Converts Kafka's message to the port's record. A message without a value (a tombstone) gets an empty text, which no
 * decoder accepts.
 */
export function storedRecord(
  partition: number,
  { offset, timestamp, key, value, headers }: KafkaMessage,
): StoredRecord {
  const kept = headers === undefined ? undefined : recordHeaders(headers);
  const [at, appendedAt, text] = [Number(offset), Number(timestamp), value?.toString('utf8') ?? ''];
  // Written out field by field for the usual record: spreading objects would cost several times as much.
  if (key !== null && kept === undefined) {
    return { partition, offset: at, appendedAt, key: key.toString('utf8'), value: text };
  }
  return {
    partition,
    offset: at,
    appendedAt,
    ...(key === null ? {} : { key: key.toString('utf8') }),
    value: text,
    ...(kept === undefined ? {} : { headers: kept }),
  };
}

/** If a header occurs several times, which we never write, the last one counts. */
function recordHeaders(headers: IHeaders): RecordHeaders | undefined {
  let kept: Record<string, string> | undefined;
  for (const name in headers) {
    const value = [headers[name]].flat().at(-1);
    if (value !== undefined) (kept ??= {})[name] = value.toString();
  }
  return kept;
}
