import type { Metrics } from '#telemetry';
import {
  countedSystemId,
  encodeDeadLetterRecord,
  Topic,
  withOrigin,
  type DeadLetter,
  type EventAppender,
  type NewRecord,
  type TopicName,
} from '#event-log';
import { ProducerSequence } from './producer-sequence.js';
import type { Rejection, RejectionReason } from '../rejections/rejection.js';

/** A message that is about to become a dead letter. */
export interface RejectedMessage {
  readonly type: DeadLetter['type'];
  readonly rejection: Rejection;
  readonly body: Buffer;
  readonly bodyBytes: number;
  readonly systemId: string;
  readonly remoteAddress: string;
}

/** A message as it is written to the log. */
export interface Entry {
  readonly type: DeadLetter['type'];
  readonly topic: TopicName;
  readonly record: NewRecord;
  /** The system that it counts for; empty if unknown. */
  readonly systemId: string;
  /** Set for a dead letter. */
  readonly reason?: RejectionReason;
}

/** Writes received messages to the log, as events or dead letters, and counts them. */
export class Ingestion {
  constructor(
    private readonly log: EventAppender,
    private readonly metrics: Metrics,
    private readonly now: () => number,
    private readonly sequence = new ProducerSequence(),
  ) {}

  /** Resolves once the event is durable; rejects with `LogUnavailableError` if it cannot be made so. */
  accept(entry: Entry): Promise<void> {
    return this.append(entry.topic, [entry]);
  }

  /** Resolves once the dead letter is durable; rejects with `LogUnavailableError` if it cannot be made so. */
  writeDeadLetter(message: RejectedMessage): Promise<void> {
    return this.append(Topic.deadLetter, [this.deadLetter(message)]);
  }

  /**
   * Resolves once all entries are durable; rejects with `LogUnavailableError` if some cannot be made so. Those that
   * were written nevertheless count as written.
   */
  async writeAll(entries: readonly Entry[]): Promise<void> {
    const byTopic = new Map<TopicName, Entry[]>();
    for (const entry of entries) {
      const others = byTopic.get(entry.topic);
      if (others === undefined) byTopic.set(entry.topic, [entry]);
      else others.push(entry);
    }
    const appends = await Promise.allSettled([...byTopic].map((append) => this.append(...append)));
    for (const append of appends) if (append.status === 'rejected') throw append.reason;
  }

  /** The dead letter of a message that was not accepted. */
  deadLetter({ type, rejection, body, ...message }: RejectedMessage): Entry {
    const { reason, field, message: text, description } = rejection;
    const record = encodeDeadLetterRecord({
      type,
      reason,
      field,
      message: text,
      description,
      systemId: message.systemId,
      receivedAt: this.now(),
      remoteAddress: message.remoteAddress,
      bodyBytes: message.bodyBytes,
      bodyBase64: body.toString('base64'),
    });
    const systemId = countedSystemId(message.systemId);
    return { type, topic: Topic.deadLetter, record, systemId, reason };
  }

  /** Counts a request that was answered with an error and of which nothing is stored. */
  refused(type: DeadLetter['type']): void {
    this.metrics.eventsReceived.inc({ type, outcome: 'refused' });
  }

  private async append(topic: TopicName, entries: readonly Entry[]): Promise<void> {
    const startedAt = performance.now();
    const sequenced = entries.map(({ systemId }) => this.sequence.take(systemId));
    try {
      await this.log.append(
        topic,
        entries.map(({ record }, index) => withOrigin(record, sequenced[index]!.origin)),
      );
    } catch (error) {
      for (const record of sequenced) record.reject();
      for (const { type } of entries) this.metrics.eventsReceived.inc({ type, outcome: 'unavailable' });
      throw error;
    }
    for (const record of sequenced) record.acknowledge();
    this.metrics.logAppendSeconds.observe((performance.now() - startedAt) / 1000);
    for (const entry of entries) this.count(entry);
  }

  private count({ type, reason }: Entry): void {
    this.metrics.eventsReceived.inc({ type, outcome: outcomeOf(reason) });
    if (reason !== undefined) this.metrics.deadLetters.inc({ reason });
  }
}

function outcomeOf(reason: RejectionReason | undefined): string {
  if (reason === undefined) return 'accepted';
  return reason === 'too_large' ? 'too_large' : 'dead_lettered';
}
