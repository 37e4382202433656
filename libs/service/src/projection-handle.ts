import { Worker } from 'node:worker_threads';
import type { Settings } from '#edge/settings';
import type { ProjectionState } from '#store';
import type { MetricsSnapshot } from '#telemetry';

/** The settings, as the thread receives them. */
export type ProjectionThreadSettings = Readonly<Settings>;

export interface ProjectionRequest {
  readonly id: number;
  readonly call: 'snapshot' | 'drain' | 'stop';
  readonly argument: number;
}

/** Sent by the thread, unasked, whenever the state of a topic's projection changes. */
export interface ProjectionStateMessage {
  readonly topic: string;
  readonly state: ProjectionState;
}

type ProjectionAnswer = { readonly id: number } & ({ readonly value: unknown } | { readonly error: unknown });

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The service's side of the thread in which its projectors run. */
export class ProjectionHandle {
  private readonly waiting = new Map<number, Waiting>();
  private requests = 0;

  private constructor(
    private readonly worker: Worker,
    onFailure: (error: unknown) => void,
    onState: (topic: string, state: ProjectionState) => void,
  ) {
    worker.on('message', (message: ProjectionAnswer | ProjectionStateMessage) => {
      if ('topic' in message) onState(message.topic, message.state);
      else this.take(message);
    });
    worker.on('error', (error) => {
      for (const { reject } of this.waiting.values()) reject(error);
      onFailure(error);
    });
  }

  /**
   * Starts the thread; resolves once its projectors run.
   *
   * @param onFailure is called if the thread ends by itself, which it never should: failures inside it are retried.
   * @param onState is called with a topic whenever the state of its projection changes.
   */
  static async start(
    settings: Settings,
    onFailure: (error: unknown) => void,
    onState: (topic: string, state: ProjectionState) => void,
  ): Promise<ProjectionHandle> {
    const entry = new URL('./projection-thread.js', import.meta.url);
    const worker = new Worker(entry, { workerData: { ...settings } });
    const handle = new ProjectionHandle(worker, onFailure, onState);
    await handle.answerTo(0);
    return handle;
  }

  /** The thread's metrics, up to date. */
  snapshot(): Promise<MetricsSnapshot> {
    return this.ask('snapshot') as Promise<MetricsSnapshot>;
  }

  /** Waits until everything in the log is in the store. @returns whether it is. */
  drain(withinMs: number): Promise<boolean> {
    return this.ask('drain', withinMs) as Promise<boolean>;
  }

  /** Stops after the batches under way. */
  async stop(): Promise<void> {
    await this.ask('stop');
    await this.worker.terminate();
  }

  private ask(call: ProjectionRequest['call'], argument = 0): Promise<unknown> {
    const id = ++this.requests;
    const answer = this.answerTo(id);
    this.worker.postMessage({ id, call, argument } satisfies ProjectionRequest);
    return answer;
  }

  private answerTo(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private take(answer: ProjectionAnswer): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(answer.error);
    else waiting?.resolve(answer.value);
  }
}
