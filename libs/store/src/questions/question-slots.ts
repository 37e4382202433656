import type { ClickHouseClient } from '@clickhouse/client';
import { EMBEDDED_QUESTION, EMBEDDED_SETTINGS } from '../connection/statement-settings.js';
import type { QuestionSize } from './asker.js';
import { EmbeddedSlot } from './embedded-slot.js';
import { QUESTION_LIMITS, QuestionQueue } from './question-queue.js';
import { ServerSlot } from './server-slot.js';
import type { Slot, Statement } from './statement.js';

/**
 * How many statements of each size run side by side. The binding's pool has four threads, one of them for the
 * projector.
 */
const EMBEDDED_SLOTS: Readonly<Record<QuestionSize, number>> = { present: 1, small: 1, large: 1 };
/** Together as many as the client has connections. */
const SERVER_SLOTS: Readonly<Record<QuestionSize, number>> = { present: 3, small: 3, large: 4 };

/** Where the questions of a connection wait and run. */
export interface Questions {
  readonly queue: QuestionQueue<Slot>;
  readonly slots: readonly Slot[];
  readonly settings: Statement['settings'];
}

/** @param settings of every statement. */
export function questionsOfServer(client: ClickHouseClient, settings: Statement['settings']): Questions {
  return questionsOn(
    slotsOf(SERVER_SLOTS, () => new ServerSlot(client)),
    settings,
  );
}

/**
 * @param path of the engine's files.
 * @param client on which statements of questions are stopped.
 */
export function questionsOfEngine(client: ClickHouseClient, path: string): Questions {
  return questionsOn(
    slotsOf(EMBEDDED_SLOTS, () => new EmbeddedSlot(path, (name) => stopStatement(client, name))),
    { ...EMBEDDED_SETTINGS, ...EMBEDDED_QUESTION },
  );
}

function slotsOf(counts: Readonly<Record<QuestionSize, number>>, slot: () => Slot) {
  const of = (count: number) => Array.from({ length: count }, slot);
  return { present: of(counts.present), small: of(counts.small), large: of(counts.large) };
}

function questionsOn(slots: ReturnType<typeof slotsOf>, settings: Statement['settings']): Questions {
  const queue = new QuestionQueue(slots, QUESTION_LIMITS);
  return { queue, slots: Object.values(slots).flat(), settings };
}

/**
 * The engine stops a statement within milliseconds once it reads. One that is still being planned would be marked as
 * stopped, run on all the same, and could never be stopped again.
 */
async function stopStatement(client: ClickHouseClient, name: string): Promise<void> {
  await client.command({
    query: `KILL QUERY WHERE Settings['log_comment'] = {name:String} AND read_rows > 0 AND elapsed > 0.05 ASYNC`,
    query_params: { name },
  });
}
