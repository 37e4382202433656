import type { Database } from 'lmdb';
import type { RetentionState } from '#domain';
import type { TopicName } from '../topics.js';
import { endKey } from './batch-key.js';

/** What the log keeps about itself, in the table of the partitions' ends. */
export class LogMetadata {
  constructor(private readonly table: Database<unknown, string>) {}

  /** `${ISO time of creation}/${uuid}`; every log has its own, made once. */
  get identity(): string | undefined {
    const identity = this.table.get('identity');
    return typeof identity === 'string' ? identity : undefined;
  }

  set identity(identity: string) {
    this.table.putSync('identity', identity);
  }

  /** The offset of the oldest record that is kept; if there is none, the end. */
  begin(topic: TopicName, partition: number): number | undefined {
    return this.table.get(`begin:${endKey(topic, partition)}`) as number | undefined;
  }

  setBegin(topic: TopicName, partition: number, offset: number): void {
    this.table.putSync(`begin:${endKey(topic, partition)}`, offset);
  }

  /** From this offset on every batch has a seal; those before are of earlier versions. */
  sealedFrom(topic: TopicName, partition: number): number {
    return (this.table.get(`sealed:${endKey(topic, partition)}`) as number | undefined) ?? 0;
  }

  setSealedFrom(topic: TopicName, partition: number, offset: number): void {
    this.table.putSync(`sealed:${endKey(topic, partition)}`, offset);
  }

  get retention(): RetentionState | undefined {
    return this.table.get('retention') as RetentionState | undefined;
  }

  /** Not synchronous: resolves when it is durable. */
  putRetention(state: RetentionState): Promise<boolean> {
    return this.table.put('retention', state);
  }
}
