import type { BenchProcess, Owned } from '../owned.js';
import type { EventKind, LoadResult, LoadTask } from '../processes/load-client.js';
import type { UploadResult, UploadTask } from '../processes/upload-client.js';

export const CONNECTIONS = 64;
/** Number of agents that send events. */
export const AGENTS = 10_000;

const WARM_UP_SECONDS = 3;

/** The client that loads baseline and subject alike. */
export class LoadClient {
  private constructor(private readonly process: BenchProcess) {}

  static async start(owned: Owned): Promise<LoadClient> {
    const [process] = await owned.process('load-client');
    return new LoadClient(process);
  }

  /** Sends a load that is not measured, to warm up compilers and caches. */
  async warmUp(port: number, events: EventKind = 'status'): Promise<void> {
    await this.load({ port, seconds: WARM_UP_SECONDS, events });
  }

  /** Sends events that no other load sends, over 64 connections as fast as they are answered, or at a given rate. */
  load(task: Pick<LoadTask, 'port' | 'seconds'> & Partial<LoadTask>): Promise<LoadResult> {
    return this.process.ask<LoadResult>({
      connections: CONNECTIONS,
      events: 'status',
      agents: AGENTS,
      firstSecond: nextFirstSecond(),
      ...task,
    });
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}

/** The client that uploads many events in one request. */
export class UploadClient {
  private constructor(private readonly process: BenchProcess) {}

  static async start(owned: Owned): Promise<UploadClient> {
    const [process] = await owned.process('upload-client');
    return new UploadClient(process);
  }

  /** Uploads events that no other load sends, for some seconds or up to a number. */
  upload(task: { port: number; seconds: number } & Partial<UploadTask>): Promise<UploadResult> {
    return this.process.ask<UploadResult>({
      events: 'status',
      agents: AGENTS,
      firstSecond: nextFirstSecond(),
      maxEvents: Number.MAX_SAFE_INTEGER,
      ...task,
    });
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}

const DAY_SECONDS = 86_400;
const FIRST_DAY = Math.floor(Date.now() / 1000 / DAY_SECONDS) - 60;

let loads = 0;

/** Each load has its own day, so that its events are new. The days advance like those of a real stream. */
function nextFirstSecond(): number {
  return (FIRST_DAY + loads++) * DAY_SECONDS;
}

/** The day of the latest load, in seconds since the Unix epoch. */
export function dayOfLastLoad(): { start: number; end: number } {
  const start = (FIRST_DAY + loads - 1) * DAY_SECONDS;
  return { start, end: start + DAY_SECONDS };
}
