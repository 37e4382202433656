import { statfsSync } from 'node:fs';
import type { Database, RootDatabase } from 'lmdb';
import { LogUnavailableError } from '../log-errors.js';

/** What LMDB reports about the pages of one table, and of the file. */
interface PageStatistics {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
  readonly lastPageNumber: number;
  readonly root: TablePages;
  readonly free: TablePages;
}

type TablePages = Pick<PageStatistics, 'treeBranchPageCount' | 'treeLeafPageCount' | 'overflowPages'>;

const META_PAGES = 2;

/** Every commit leaves a few pages free, which the next one takes. */
const PASSING_BYTES = 1024 * 1024;

/** Free space on the disk of the directory. @throws LogUnavailableError if it is not there any more. */
export function freeBytesOnDisk(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch (cause) {
    throw new LogUnavailableError('the directory of the event log cannot be reached', { cause });
  }
}

/**
 * Room that the file has inside, in pages that removed records have left. LMDB keeps no count of them: they are the pages
 * that no table has.
 */
export function freeBytesInFile(environment: RootDatabase, tables: readonly Database[]): number {
  const { root, free, lastPageNumber, pageSize } = statistics(environment);
  const used = [root, free, ...tables.map(statistics)].reduce(
    (sum, table) => sum + pagesOf(table),
    META_PAGES,
  );
  return Math.max(0, (lastPageNumber + 1 - used) * pageSize - PASSING_BYTES);
}

function statistics(table: Database): PageStatistics {
  return table.getStats() as PageStatistics;
}

function pagesOf({ treeBranchPageCount, treeLeafPageCount, overflowPages }: TablePages): number {
  return treeBranchPageCount + treeLeafPageCount + overflowPages;
}

export interface Room {
  readonly onDisk: number;
  /** Asked for only if the disk alone is not enough. */
  inFile(): number;
}

/**
 * Whether so many bytes may be appended: disk and file together have them beside what is reserved. Pages that are free in
 * the file may lie too scattered to be used, and then the file grows. So half of what is reserved has to be on the disk
 * in any case: LMDB must not meet a full disk.
 */
export function hasRoomFor(bytes: number, reservedBytes: number, room: Room): boolean {
  if (room.onDisk >= reservedBytes + bytes) return true;
  return room.onDisk >= reservedBytes / 2 + bytes && room.onDisk + room.inFile() >= reservedBytes + bytes;
}
