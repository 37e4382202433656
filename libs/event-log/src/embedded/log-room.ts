import { statfsSync } from 'node:fs';
import type { Database, RootDatabase } from 'lmdb';
import { LogUnavailableError } from '../log-errors.js';

/** LMDB's statistics of the pages of one table, and of the file. */
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

/** Every commit frees a few pages, which the next one uses. */
const PASSING_BYTES = 1024 * 1024;

/** Free space on the directory's disk. @throws LogUnavailableError if the directory is gone. */
export function freeBytesOnDisk(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch (cause) {
    throw new LogUnavailableError('the directory of the event log cannot be reached', { cause });
  }
}

/**
 * Free space inside the file, in pages that removed records have left. LMDB does not count them: they are the pages
 * that belong to no table.
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
  /** Called only if the disk alone is not enough. */
  inFile(): number;
}

/**
 * Whether `bytes` more may be appended: disk and file together must have room for them and the reserve. Free pages in
 * the file may be too scattered to be used, in which case the file grows. So half of the reserve must be on the disk in
 * any case: LMDB must never meet a full disk.
 */
export function hasRoomFor(bytes: number, reservedBytes: number, room: Room): boolean {
  if (room.onDisk >= reservedBytes + bytes) return true;
  return room.onDisk >= reservedBytes / 2 + bytes && room.onDisk + room.inFile() >= reservedBytes + bytes;
}
