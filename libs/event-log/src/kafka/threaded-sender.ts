import { Worker, type MessagePort } from 'node:worker_threads';
import { LogUnavailableError } from '../event-log.js';
import type { KafkaSettings } from './kafka-connection.js';
import type { Append, RecordSender } from './record-sender.js';

/** What is asked of the thread: to send, or to close. One thing at a time. */
type Request = { readonly appends: readonly Append[] } | 'close';

/** Why it failed, if it did. */
interface Answer {
  readonly failure?: string;
}

/** The part of a worker that is needed here. */
export interface SenderThread {
  postMessage(request: Request): void;
  on(event: 'message', listener: (answer: Answer) => void): void;
  once(event: 'error' | 'exit', listener: (cause: unknown) => void): void;
  /** Keeps the process from ending, until {@link unref}. */
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

/** Starts a thread that sends to Kafka. */
export function startSenderThread(settings: KafkaSettings): SenderThread {
  return new Worker(new URL('./sender-thread.js', import.meta.url), { workerData: settings });
}

/**
 * A sender in another thread: whoever receives events goes on doing so on one core while another makes requests to the
 * cluster of them. The thread keeps no process from ending, unless it was asked for something and has not answered.
 */
export class ThreadedSender implements RecordSender {
  private thread: SenderThread | undefined;
  private settle: ((failure: string | undefined) => void) | undefined;

  /** @param start starts a thread; called again if one has ended by itself, when there is something to send. */
  constructor(private readonly start: () => SenderThread) {
    this.thread = this.started();
  }

  send(appends: readonly Append[]): Promise<void> {
    return this.ask({ appends });
  }

  async close(): Promise<void> {
    const { thread } = this;
    if (thread === undefined) return;
    // One that ends by itself instead has nothing left to close.
    await this.ask('close').catch(() => undefined);
    this.thread = undefined;
    await thread.terminate();
  }

  private ask(request: Request): Promise<void> {
    this.thread ??= this.started();
    return new Promise((resolve, reject) => {
      this.settle = (failure) => {
        if (failure === undefined) resolve();
        else reject(new LogUnavailableError(failure));
      };
      this.thread!.ref();
      this.thread!.postMessage(request);
    });
  }

  private started(): SenderThread {
    const thread = this.start();
    thread.on('message', ({ failure }) => {
      thread.unref();
      this.settle?.(failure);
    });
    const ended = (cause: unknown) => {
      if (this.thread !== thread) return;
      this.thread = undefined;
      const why = cause instanceof Error ? cause.message : `code ${String(cause)}`;
      this.settle?.(`the thread that sends to Kafka has ended: ${why}`);
    };
    thread.once('error', ended);
    thread.once('exit', ended);
    thread.unref();
    return thread;
  }
}

/** Has a sender do what {@link ThreadedSender} asks through the port. */
export function serveSender(port: MessagePort, sender: RecordSender): void {
  port.on('message', (request: Request) => {
    const done = request === 'close' ? sender.close() : sender.send(request.appends);
    done.then(
      () => port.postMessage({}),
      (error: unknown) => port.postMessage({ failure: (error as Error).message }),
    );
  });
}
