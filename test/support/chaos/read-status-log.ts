import type { StatusEvent } from '#domain';
import { decodeStatusRecord, Topic, UnreadableRecordError, type EventReader } from '#event-log';
import { splitMisplaced } from '../../../libs/projection/src/writing/split-misplaced.js';
import { recordIdentity } from './chaos-load.js';

const PAGE_RECORDS = 10_000;

/** The content of the status log. Only `records` and `misplaced` include records in a wrong partition. */
export interface StatusLog {
  readonly events: readonly StatusEvent[];
  /** The identity of the event under each `<producer id> <sequence number>`. */
  readonly numbered: ReadonlyMap<string, string>;
  /** Number of all records, including misplaced ones. */
  readonly records: number;
  readonly unreadable: number;
  readonly misplaced: number;
}

export async function readStatusLog(log: EventReader): Promise<StatusLog> {
  const events: StatusEvent[] = [];
  const numbered = new Map<string, string>();
  let [records, unreadable, misplaced] = [0, 0, 0];
  const layout = await log.layout(Topic.status);
  for (const { partition, begin, end } of await log.offsets(Topic.status)) {
    for (let offset = begin; offset < end;) {
      const page = await log.read(Topic.status, partition, offset, PAGE_RECORDS);
      records += page.length;
      const byWhere = splitMisplaced(page, layout, log);
      misplaced += byWhere.misplaced.length;
      for (const { value } of byWhere.placed) {
        try {
          const { event, origin } = decodeStatusRecord(value);
          events.push(event);
          if (origin !== undefined)
            numbered.set(`${origin.producerId} ${origin.sequence}`, recordIdentity(event));
        } catch (error) {
          if (!(error instanceof UnreadableRecordError)) throw error;
          unreadable++;
        }
      }
      offset = page.at(-1)!.offset + 1;
    }
  }
  return { events, numbered, records, unreadable, misplaced };
}
