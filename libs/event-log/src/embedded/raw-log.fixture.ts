import { open, type Database, type RootDatabase } from 'lmdb';
import { Topic } from '../topics.js';

/** A log's file as it is on the disk, for tests that create one of an earlier version or damage one. */
export interface RawLog {
  readonly environment: RootDatabase;
  readonly ends: Database<unknown, string>;
  readonly status: Database<Buffer, Buffer>;
}

export function openRawLog(directory: string): RawLog {
  const environment = open({ path: directory, noSubdir: false, maxDbs: 8 });
  const bytes = { encoding: 'binary', keyEncoding: 'binary' } as const;
  return {
    environment,
    ends: environment.openDB({ name: 'ends' }),
    status: environment.openDB({ name: Topic.status, ...bytes }),
  };
}
