import type { EventAppender, NewRecord, TopicName } from '#event-log';

/** How an append to the log ended, as the receiver sees it. */
export type Answer = 'waiting' | 'kept' | 'failed';

export interface JournalEntry {
  readonly topic: TopicName;
  readonly machine: number;
  answer: Answer;
}

/** Every append ever made, by the record's value. Values contain the receiver's number, so no two are equal. */
export class Journal {
  readonly entries = new Map<string, JournalEntry>();
  /** Values that were kept, and disappeared with a log that was lost, wiped or replaced by an older copy. */
  readonly lostWithLog = new Set<string>();

  /** A log's appends, recorded with their results. */
  recording(log: EventAppender, machine: number): EventAppender {
    const append = async (topic: TopicName, records: readonly NewRecord[]) => {
      const entries = records.map(({ value }): JournalEntry => {
        const entry: JournalEntry = { topic, machine, answer: 'waiting' };
        this.entries.set(value, entry);
        return entry;
      });
      try {
        await log.append(topic, records);
        for (const entry of entries) entry.answer = 'kept';
      } catch (error) {
        for (const entry of entries) entry.answer = 'failed';
        throw error;
      }
    };
    return { append };
  }
}
