import type { Metrics } from '#telemetry';
import {
  encodeDeadLetterRecord,
  Topic,
  type DeadLetter,
  type EventLog,
  type NewRecord,
  type TopicName,
} from '#event-log';
import type { Rejection } from './rejection.js';

/** What came with a request that is about to become a dead letter. */
export interface RejectedRequest {
  readonly type: DeadLetter['type'];
  readonly rejection: Rejection;
  readonly body: Buffer;
  readonly bodyBytes: number;
  readonly systemId: string;
  readonly remoteAddress: string;
}

/** Writes what was received to the log, one way or the other, and counts it. */
export class Ingestion {
  constructor(
    private readonly log: EventLog,
    private readonly metrics: Metrics,
    private readonly now: () => number,
  ) {}

  /** Resolves once the event is durable; rejects with `LogUnavailableError` if it cannot be made so. */
  async accept(type: DeadLetter['type'], topic: TopicName, record: NewRecord): Promise<void> {
    await this.append(type, topic, record);
    this.metrics.eventsReceived.inc({ type, outcome: 'accepted' });
  }

  /** Resolves once the dead letter is durable; rejects with `LogUnavailableError` if it cannot be made so. */
  async putAside({ type, rejection, body, ...request }: RejectedRequest): Promise<void> {
    const { reason, field, message, description } = rejection;
    const letter = {
      type,
      reason,
      field,
      message,
      description,
      systemId: request.systemId,
      receivedAt: this.now(),
      remoteAddress: request.remoteAddress,
      bodyBytes: request.bodyBytes,
      bodyBase64: body.toString('base64'),
    };
    await this.append(type, Topic.deadLetter, encodeDeadLetterRecord(letter));
    const outcome = reason === 'too_large' ? 'too_large' : 'dead_lettered';
    this.metrics.eventsReceived.inc({ type, outcome });
    this.metrics.deadLetters.inc({ reason });
  }

  /** Counts a request that was answered with what is wrong with it, and of which nothing is kept. */
  refused(type: DeadLetter['type']): void {
    this.metrics.eventsReceived.inc({ type, outcome: 'refused' });
  }

  private async append(type: string, topic: TopicName, record: NewRecord): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.log.append(topic, [record]);
    } catch (error) {
      this.metrics.eventsReceived.inc({ type, outcome: 'unavailable' });
      throw error;
    }
    this.metrics.logAppendSeconds.observe((performance.now() - startedAt) / 1000);
  }
}
