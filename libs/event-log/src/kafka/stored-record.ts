import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { RecordHeaders, StoredRecord } from '../log-record.js';

/** A record of Kafka as the port has it. A record without a value (a tombstone) is an empty text, which no decoder reads. */
export function storedRecord(
  partition: number,
  { offset, timestamp, key, value, headers }: KafkaMessage,
): StoredRecord {
  const kept = headers === undefined ? undefined : recordHeaders(headers);
  const [at, appendedAt, text] = [Number(offset), Number(timestamp), value?.toString('utf8') ?? ''];
  // Named one by one, as all of ours are: spreading objects costs several times as much, on each record.
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

/** Of a header that is there several times, which we never write, the last counts. */
function recordHeaders(headers: IHeaders): RecordHeaders | undefined {
  let kept: Record<string, string> | undefined;
  for (const name in headers) {
    const value = [headers[name]].flat().at(-1);
    if (value !== undefined) (kept ??= {})[name] = value.toString();
  }
  return kept;
}
