import type { EventAppender, NewRecord, TopicName } from '#event-log';

/** What a receiver was answered. */
export type Answer = 'waiting' | 'kept' | 'failed';

export interface JournalEntry {
  readonly topic: TopicName;
  readonly machine: number;
  answer: Answer;
}

/** What was ever asked to be kept, by the record's value: each has its receiver's number in it, so no two are equal. */
export class Journal {
  readonly entries = new Map<string, JournalEntry>();
  /** Values that were kept and went with a log that somebody lost, wiped or put an older copy in place of. */
  readonly lostWithLog = new Set<string>();

  /** The way into a log, with notes of what it was given and how it answered. */
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
