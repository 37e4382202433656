import { GroupCommit } from '../../waiting/group-commit.js';
import type { NewRecord } from '../../log-record.js';
import type { LogTopicName } from '../../topics.js';
import type { Append, KafkaSender } from './kafka-sender.js';

/**
 * Sends one batch at a time: appends that arrive meanwhile form the next batch. So batches grow with the load, a lone
 * record waits for nobody, and the order of appends is preserved.
 */
export class KafkaAppender {
  private readonly commits = new GroupCommit<Append>((appends) => this.sender.send(appends));

  constructor(private readonly sender: KafkaSender) {}

  append(topic: LogTopicName, records: readonly NewRecord[]): Promise<void> {
    return this.commits.add({ topic, records });
  }

  async close(): Promise<void> {
    await this.commits.idle();
    await this.sender.close();
  }
}
