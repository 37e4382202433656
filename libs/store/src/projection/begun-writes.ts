import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectedPosition } from './projection-store.js';

/** A file that has grown beyond this is replaced by one with the greatest positions alone. */
const COMPACT_BEYOND_BYTES = 256 * 1024;

/**
 * A journal of the positions that writes were begun towards, beside the files of an embedded store. After a crash in the
 * middle of a write the store has rows beyond the positions that it says it is at. The journal names the records that they
 * came from, so that a log without these records is recognised.
 *
 * It is a file rather than a table because every batch needs an entry first, which costs a flush of a few hundred bytes.
 */
export class BegunWrites {
  private readonly path: string;
  private readonly greatest = new Map<string, ProjectedPosition>();
  private file: FileHandle | undefined;
  private bytes = 0;
  private writing: Promise<void> = Promise.resolve();

  /** @param dataDirectory the service's. @param database which has a journal of its own. */
  constructor(dataDirectory: string, database: string) {
    const directory = journalDirectory(dataDirectory);
    mkdirSync(directory, { recursive: true });
    this.path = join(directory, `${database}.jsonl`);
    for (const position of entriesOf(this.path)) this.remember(position);
  }

  /** The greatest position of each partition of the topic and each log. */
  of(topic: string): readonly ProjectedPosition[] {
    return [...this.greatest.values()].filter((position) => position.topic === topic);
  }

  /** Resolves once the entries are on disk. Entries are written in the order of the calls. */
  begin(positions: readonly ProjectedPosition[]): Promise<void> {
    if (positions.length === 0) return Promise.resolve();
    const written = this.writing.then(() => this.append(positions));
    this.writing = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.file?.close();
    this.file = undefined;
  }

  /** A batch that is cut differently after a crash may end earlier; rows up to the greater position may be kept still. */
  private remember(position: ProjectedPosition): void {
    const known = this.greatest.get(keyOf(position));
    if (known === undefined || position.offset >= known.offset) this.greatest.set(keyOf(position), position);
  }

  private async append(positions: readonly ProjectedPosition[]): Promise<void> {
    for (const position of positions) this.remember(position);
    if (this.file === undefined || this.bytes > COMPACT_BEYOND_BYTES) return this.compact();
    await this.flush(this.file, positions);
  }

  /** Replaces the file by one with the greatest positions; a crash leaves one of the two. */
  private async compact(): Promise<void> {
    const draft = `${this.path}.new`;
    const file = await open(draft, 'w', 0o640);
    this.bytes = 0;
    await this.flush(file, [...this.greatest.values()]);
    await rename(draft, this.path);
    await this.file?.close();
    this.file = file;
  }

  private async flush(file: FileHandle, positions: readonly ProjectedPosition[]): Promise<void> {
    const text = positions.map((position) => `${JSON.stringify(position)}\n`).join('');
    await file.appendFile(text);
    await file.datasync();
    this.bytes += text.length;
  }
}

/** Removes the journal of a database whose rows have been replaced by others. */
export function forgetBegunWrites(dataDirectory: string, database: string): void {
  rmSync(join(journalDirectory(dataDirectory), `${database}.jsonl`), { force: true });
}

function journalDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'store', 'begun-writes');
}

function keyOf({ topic, partition, logId }: ProjectedPosition): string {
  return `${topic}/${partition}/${logId}`;
}

/** The last line may be torn. That write never began. */
function* entriesOf(path: string): Generator<ProjectedPosition> {
  for (const line of textOf(path).split('\n')) {
    const entry = parsed(line);
    if (entry !== undefined) yield entry;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function parsed(line: string): ProjectedPosition | undefined {
  try {
    return JSON.parse(line) as ProjectedPosition;
  } catch {
    return undefined;
  }
}
