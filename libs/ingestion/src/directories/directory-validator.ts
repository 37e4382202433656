import { Worker } from 'node:worker_threads';
import { validateDirectory, type DirectoryValidation } from './validate-directory.js';

/** The largest directory that is validated on the receiving thread: that takes some 20 ms. */
export const MAX_INLINE_VALIDATION_BYTES = 64 * 1024;

/** A message to the thread. */
export interface DirectoryRequest {
  readonly id: number;
  readonly body: Uint8Array;
  readonly receivedAt: number;
}

/** A message from the thread. */
export interface DirectoryAnswer {
  readonly id: number;
  readonly validation: DirectoryValidation;
}

interface Waiting {
  resolve(validation: DirectoryValidation): void;
  reject(error: unknown): void;
}

/** Tests run from the sources, but a thread can only run compiled code. */
const THREAD = import.meta.url.endsWith('.ts')
  ? '../../../../dist/libs/ingestion/src/directories/directory-thread.js'
  : './directory-thread.js';

/** Validates directories: large ones one after another in a thread of their own, which the first of them starts. */
export class DirectoryValidator {
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | undefined;
  private requests = 0;

  /** @param body is transferred: the caller must not use it any more. */
  async validate(body: Buffer, receivedAt: number): Promise<DirectoryValidation> {
    if (body.length <= MAX_INLINE_VALIDATION_BYTES) return validateDirectory(body, receivedAt);
    this.worker ??= this.start();
    const id = ++this.requests;
    const validation = new Promise<DirectoryValidation>((resolve, reject) =>
      this.waiting.set(id, { resolve, reject }),
    );
    this.worker.postMessage({ id, body, receivedAt } satisfies DirectoryRequest, transferred(body));
    return validation;
  }

  private start(): Worker {
    const worker = new Worker(new URL(THREAD, import.meta.url));
    // Requests keep the process alive; the thread alone must not.
    worker.unref();
    worker.on('message', ({ id, validation }: DirectoryAnswer) => {
      this.waiting.get(id)?.resolve(validation);
      this.waiting.delete(id);
    });
    worker.on('error', (error) => this.lose(worker, error));
    worker.on('exit', () => this.lose(worker, new Error('the thread that validates directories ended')));
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

/** Memory that the body shares with other buffers is copied instead of transferred. */
function transferred({ buffer, byteLength }: Buffer): ArrayBuffer[] {
  return byteLength === buffer.byteLength ? [buffer as ArrayBuffer] : [];
}
