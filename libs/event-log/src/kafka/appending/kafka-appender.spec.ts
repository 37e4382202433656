import { LogUnavailableError } from '../../log-errors.js';
import { Topic, type LogTopicName } from '../../topics.js';
import { KafkaAppender } from './kafka-appender.js';
import { KafkaConnection } from '../kafka-connection.js';
import { KafkaSender, MAX_REQUEST_BYTES, RETRY_DELAYS_MS } from './kafka-sender.js';
import type { Message } from './record-producer.js';

const connection = new KafkaConnection({ brokers: [], prefix: 'p.' });

/** A series of producers: each of the first ones answers as the test says, all others accept what they are sent. */
class ProducersUnderTest {
  readonly sent: { producer: number; topic: string; values: string[] }[] = [];
  readonly ended: number[] = [];
  private made = 0;

  readonly appender: KafkaAppender;

  constructor(
    private readonly answers: readonly (() => Promise<unknown>)[] = [],
    sendTimeoutMs?: number,
  ) {
    this.appender = new KafkaAppender(new KafkaSender(connection, () => this.create(), sendTimeoutMs));
  }

  append(topic: LogTopicName, ...values: readonly string[]): Promise<void> {
    return this.appender.append(
      topic,
      values.map((value) => ({ key: 'k', value })),
    );
  }

  private async create() {
    const producer = this.made++;
    return {
      send: ({ messages }: { messages: Message[] }) => {
        const values = messages.map(({ value }) => String(value));
        this.sent.push({ producer, topic: messages[0]!.topic, values });
        return this.answers[producer]?.() ?? Promise.resolve();
      },
      end: () => void this.ended.push(producer),
    };
  }
}

const fails = () =>
  Promise.reject(new AggregateError([new Error('first'), new Error('a broker has gone')], 'failed twice'));
const hangs = () => new Promise<never>(() => undefined);

describe('appending to Kafka', () => {
  it('repeats a whole request with a new producer after a failure', async () => {
    const producers = new ProducersUnderTest([fails, fails]);
    await producers.append(Topic.status, '1', '2');
    await producers.append(Topic.status, '3');
    expect(producers.sent.map(({ producer, values }) => [producer, ...values])).toEqual([
      [0, '1', '2'],
      [1, '1', '2'],
      [2, '1', '2'],
      [2, '3'],
    ]);
    expect(producers.ended).toEqual([0, 1]);
    await producers.appender.close();
    expect(producers.ended).toEqual([0, 1, 2]);
  });

  it('rejects with the reason if sending fails repeatedly, and continues with the next append', async () => {
    const producers = new ProducersUnderTest([fails, ...RETRY_DELAYS_MS.map(() => fails)]);
    const failed = producers.append(Topic.status, '1');
    await expect(failed).rejects.toThrow(LogUnavailableError);
    await expect(failed).rejects.toThrow('a broker has gone');
    await producers.append(Topic.status, '2');
    expect(producers.sent.at(-1)).toEqual({
      producer: RETRY_DELAYS_MS.length + 1,
      topic: `p.${Topic.status}`,
      values: ['2'],
    });
  });

  it('replaces a producer whose broker does not answer', async () => {
    const producers = new ProducersUnderTest([hangs], 1);
    await producers.append(Topic.status, '1');
    expect(producers.sent.map(({ producer }) => producer)).toEqual([0, 1]);
    expect(producers.ended).toEqual([0]);
  });

  it('sends topics in parallel, each with its own producer, and rejects only when all are done', async () => {
    let acknowledge: () => void = () => undefined;
    const slow = () => new Promise<void>((resolve) => (acknowledge = resolve));
    const failsAlways = Array.from({ length: RETRY_DELAYS_MS.length }, () => fails);
    const producers = new ProducersUnderTest([fails, slow, ...failsAlways]);
    const outcomes: string[] = [];
    const record = (outcome: string) => () => void outcomes.push(outcome);
    const appended = [
      producers.append(Topic.status, 's').then(record('taken'), record('failed')),
      producers.append(Topic.contact, 'c').then(record('taken'), record('failed')),
    ];
    while (producers.sent.length < RETRY_DELAYS_MS.length + 2) await new Promise(setImmediate);
    expect(outcomes).toEqual([]);
    acknowledge();
    await Promise.all(appended);
    expect(outcomes).toEqual(['failed', 'failed']);
    expect(new Set(producers.sent.map(({ topic }) => topic))).toEqual(
      new Set([`p.${Topic.status}`, `p.${Topic.contact}`]),
    );
  });

  it('splits a batch into requests of bounded size, and sends a larger record alone', async () => {
    const producers = new ProducersUnderTest();
    const bytes = (count: number) => 'x'.repeat(count);
    const third = Math.floor(MAX_REQUEST_BYTES / 3);
    // Each unit of text counts as three bytes, and so does the key.
    await producers.append(Topic.status, bytes(third - 3), bytes(1), bytes(1), bytes(2 * third), bytes(1));
    expect(producers.sent.map(({ values }) => values.map(({ length }) => length))).toEqual([
      [third - 3, 1],
      [1],
      [2 * third],
      [1],
    ]);
  });
});
