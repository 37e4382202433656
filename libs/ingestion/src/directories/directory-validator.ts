import { Worker } from 'node:worker_threads';
import { validateDirectory, type DirectoryValidation } from './validate-directory.js';

/** A directory of at most so many bytes is judged where it was received: that takes some 20 ms. */
export const MAX_INLINE_VALIDATION_BYTES = 64 * 1024;

/** What the thread is asked for. */
export interface DirectoryRequest {
  readonly id: number;
  readonly body: Uint8Array;
  readonly receivedAt: number;
}

interface DirectoryAnswer {
  readonly id: number;
  readonly validation: DirectoryValidation;
}

interface Waiting {
  resolve(judged: DirectoryValidation): void;
  reject(error: unknown): void;
}

/** Tests run from the sources, of which a thread can only run what was built. */
const THREAD = import.meta.url.endsWith('.ts')
  ? '../../../../dist/libs/ingestion/src/directories/directory-thread.js'
  : './directory-thread.js';

/** Judges directories: large ones one after another in a thread of their own, which is started for the first of them. */
export class DirectoryValidator {
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | undefined;
  private requests = 0;

  /** @param body is given away: nobody else may use it from here on. */
  async validate(body: Buffer, receivedAt: number): Promise<DirectoryValidation> {
    if (body.length <= MAX_INLINE_VALIDATION_BYTES) return validateDirectory(body, receivedAt);
    this.worker ??= this.start();
    const id = ++this.requests;
    const judged = new Promise<DirectoryValidation>((resolve, reject) =>
      this.waiting.set(id, { resolve, reject }),
    );
    this.worker.postMessage({ id, body, receivedAt } satisfies DirectoryRequest, transferred(body));
    return judged;
  }

  private start(): Worker {
    const worker = new Worker(new URL(THREAD, import.meta.url));
    // Requests keep the process alive, not what they may need.
    worker.unref();
    worker.on('message', ({ id, validation: judged }: DirectoryAnswer) => {
      this.waiting.get(id)?.resolve(judged);
      this.waiting.delete(id);
    });
    worker.on('error', (error) => this.lose(worker, error));
    worker.on('exit', () => this.lose(worker, new Error('the thread that judges directories ended')));
    return worker;
  }

  /** The next large directory starts another thread. */
  private lose(worker: Worker, error: unknown): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

/** Memory that the body shares with other buffers is copied instead. */
function transferred({ buffer, byteLength }: Buffer): ArrayBuffer[] {
  return byteLength === buffer.byteLength ? [buffer as ArrayBuffer] : [];
}
