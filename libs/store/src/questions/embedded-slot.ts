import { Worker } from 'node:worker_threads';
import type { Fault, Slot, Statement, ThreadAnswer, ThreadRequest } from './statement.js';

/** How long to wait before stopping a statement again that still runs, in milliseconds. */
const STOP_AGAIN_MS = 50;

/** An error of the embedded engine, with the engine's code. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: unknown;

  constructor({ message, code, stack }: Fault) {
    super(message);
    this.code = code;
    if (stack !== undefined) this.stack = stack;
  }
}

/** Stops the statement with this name, if it runs. */
export type StopStatement = (name: string) => Promise<void>;

interface Running {
  resolve(bytes: Buffer): void;
  reject(error: unknown): void;
}

let statements = 0;

/** Tests run from the sources, but a thread can only run what was built. */
const THREAD = import.meta.url.endsWith('.ts')
  ? '../../../../dist/libs/store/src/questions/engine-thread.js'
  : './engine-thread.js';

/** A connection of the embedded engine that runs one statement at a time, and can be stopped while it does. */
export class EmbeddedSlot implements Slot {
  private worker: Worker | undefined;
  private running: Running | undefined;

  /** @param stop must reach the engine on another connection. */
  constructor(
    private readonly path: string,
    private readonly stop: StopStatement,
  ) {
    this.worker = this.start();
  }

  async run(statement: Statement, signal: AbortSignal): Promise<Buffer> {
    const id = ++statements;
    const name = `question-${process.pid}-${id}`;
    const answer = this.ask({ ...statement, id, settings: { ...statement.settings, log_comment: name } });
    let stopped: Promise<void> | undefined;
    const stop = () => void (stopped = this.keepStopping(name, answer));
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await answer;
    } finally {
      signal.removeEventListener('abort', stop);
      // Closing must find nothing that still runs, and that includes the statement that stops this one.
      await stopped;
    }
  }

  /**
   * Closes the connection and leaves its thread idle until the process ends. A thread that ends closes every connection
   * of the process, including those of other threads (chdb 3.4.0), and the engine crashes if one of them is in use.
   */
  async close(): Promise<void> {
    const worker = this.worker;
    if (worker === undefined) return;
    this.worker = undefined;
    const closed = new Promise<void>((resolve) => {
      worker.once('message', () => resolve());
      worker.once('exit', () => resolve());
    });
    worker.postMessage('close');
    await closed;
    worker.unref();
  }

  private ask(request: ThreadRequest): Promise<Buffer> {
    return new Promise<Buffer>((resolve, reject) => {
      this.running = { resolve, reject };
      this.worker ??= this.start();
      this.worker.postMessage(request);
    });
  }

  /** Once is not enough, since the engine may not have begun the statement yet. */
  private async keepStopping(name: string, answer: Promise<unknown>): Promise<void> {
    let runs = true;
    const ended = answer.then(
      () => (runs = false),
      () => (runs = false),
    );
    while (runs) {
      await this.stop(name).catch(() => undefined);
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, STOP_AGAIN_MS)))]);
      clearTimeout(timer);
    }
  }

  private start(): Worker {
    const worker = new Worker(new URL(THREAD, import.meta.url), {
      workerData: { path: this.path },
    });
    worker.on('message', (answer: ThreadAnswer | 'closed') => answer !== 'closed' && this.take(answer));
    worker.on('error', (error) => this.lose(worker, error));
    worker.on('exit', () => this.lose(worker, new Error('a thread of the embedded engine ended')));
    return worker;
  }

  private take(answer: ThreadAnswer): void {
    const running = this.running;
    this.running = undefined;
    if ('fault' in answer) running?.reject(new EngineError(answer.fault));
    else running?.resolve(Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength));
  }

  /** The next statement starts another thread. */
  private lose(worker: Worker, error: unknown): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    this.running?.reject(error);
    this.running = undefined;
  }
}
