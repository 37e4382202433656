import { MessageChannel } from 'node:worker_threads';
import { LogUnavailableError } from '../event-log.js';
import { Topic } from '../topics.js';
import type { Append, RecordSender } from './record-sender.js';
import { serveSender, ThreadedSender, type SenderThread } from './threaded-sender.js';

/** What the thread does with what it is asked to. */
class SenderUnderTest implements RecordSender {
  readonly sent: (readonly Append[])[] = [];
  closed = 0;
  answer: () => Promise<void> = async () => undefined;

  async send(appends: readonly Append[]): Promise<void> {
    this.sent.push(appends);
    await this.answer();
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

describe('a sender in a thread of its own', () => {
  let threads: { end: (code: number) => void }[];
  let keepsTheProcess: boolean;
  let terminated: number;
  let inThread: SenderUnderTest;
  let sender: ThreadedSender;

  const start = (): SenderThread => {
    const { port1, port2 } = new MessageChannel();
    serveSender(port2, inThread);
    const end = (code: number) => {
      port1.close();
      port1.emit('exit', code);
    };
    threads.push({ end });
    keepsTheProcess = true;
    return Object.assign(port1, {
      ref: () => (keepsTheProcess = true),
      unref: () => (keepsTheProcess = false),
      terminate: async () => {
        terminated++;
        port1.close();
      },
    });
  };

  beforeEach(() => {
    threads = [];
    terminated = 0;
    inThread = new SenderUnderTest();
    sender = new ThreadedSender(start);
  });

  afterEach(() => sender.close());

  const appends = (value: string): Append[] => [
    { topic: Topic.status, records: [{ key: 'ключ', value, headers: { traceparent: '00-1-2-01' } }] },
    { topic: Topic.contact, records: [] },
  ];

  it('has all of it sent as it is, and is done when that is', async () => {
    let done = false;
    let finish = () => undefined as void;
    inThread.answer = () => new Promise((resolve) => (finish = resolve));
    const sending = sender.send(appends('a')).then(() => (done = true));
    while (inThread.sent.length === 0) await new Promise(setImmediate);
    expect([inThread.sent, done]).toEqual([[appends('a')], false]);
    finish();
    await sending;
    await Promise.all([sender.send(appends('b')), new Promise(setImmediate).then(() => finish())]);
    expect(inThread.sent).toEqual([appends('a'), appends('b')]);
    expect(threads).toHaveLength(1);
  });

  it('keeps the process from ending while something is being sent, and no longer', async () => {
    expect(keepsTheProcess).toBe(false);
    const sending = sender.send(appends('a'));
    expect(keepsTheProcess).toBe(true);
    await sending;
    expect(keepsTheProcess).toBe(false);
  });

  it('fails as the thread does, and goes on', async () => {
    inThread.answer = async () => {
      throw new LogUnavailableError('Kafka did not take the records');
    };
    const failing = sender.send(appends('a'));
    await expect(failing).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(failing).rejects.toThrow('Kafka did not take the records');
    inThread.answer = async () => undefined;
    await sender.send(appends('b'));
    expect(threads).toHaveLength(1);
  });

  it('fails where the thread ends by itself, and begins with another one', async () => {
    inThread.answer = () => new Promise(() => undefined);
    const failing = sender.send(appends('a'));
    threads[0]!.end(7);
    await expect(failing).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(failing).rejects.toThrow('code 7');
    inThread.answer = async () => undefined;
    await sender.send(appends('b'));
    expect(threads).toHaveLength(2);
  });

  it('closes what is in the thread, then ends the thread, once', async () => {
    await sender.send(appends('a'));
    await sender.close();
    await sender.close();
    expect([inThread.closed, terminated]).toEqual([1, 1]);
  });

  it('is closed where the thread ends by itself meanwhile', async () => {
    inThread.close = () => new Promise(() => undefined);
    const closing = sender.close();
    threads[0]!.end(7);
    await closing;
    await sender.close();
    expect(threads).toHaveLength(1);
  });
});
