import type { Database } from 'lmdb';
import type { RetentionState } from '#domain';
import type { TopicName } from '../topics.js';
import { endKey } from './batch-key.js';

/** What the log stores about itself, in the table of the partitions' ends. */
export class LogMetadata {
  constructor(private readonly table: Database<unknown, string>) {}

  /** `${ISO time of creation}/${uuid}`, unique to the log and created once. */
  get identity(): string | undefined {
    const identity = this.table.get('identity');
    return typeof identity === 'string' ? identity : undefined;
  }

  set identity(identity: string) {
    this.table.putSync('identity', identity);
  }

  /** The offset of the oldest stored record, or the end of an empty partition. */
  begin(topic: TopicName, partition: number): number | undefined {
    return this.table.get(`begin:${endKey(topic, partition)}`) as number | undefined;
  }

  setBegin(topic: TopicName, partition: number, offset: number): void {
    this.table.putSync(`begin:${endKey(topic, partition)}`, offset);
  }

  /** From this offset on every batch has a seal. Earlier versions wrote those before it. */
  sealedFrom(topic: TopicName, partition: number): number {
    return (this.table.get(`sealed:${endKey(topic, partition)}`) as number | undefined) ?? 0;
  }

  setSealedFrom(topic: TopicName, partition: number, offset: number): void {
    this.table.putSync(`sealed:${endKey(topic, partition)}`, offset);
  }

  get retention(): RetentionState | undefined {
    return this.table.get('retention') as RetentionState | undefined;
  }

  /** Resolves when it is durable, unlike the other setters, which are synchronous. */
  putRetention(state: RetentionState): Promise<boolean> {
    return this.table.put('retention', state);
  }
}
