import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BulkCounts, Position } from '#ingestion';
import type { ImportFormat } from './import-options.js';
import { ImportError, type ImportSource } from './import-source.js';

/** The directory of the imports' progress below the data directory. */
export const IMPORTS_DIRECTORY = 'imports';

const VERSION = 1;

/** How far an import has come. */
export interface ImportProgress {
  /** Everything before it is durable in the log. */
  readonly position: Position;
  readonly counts: BulkCounts;
  /** When the end was reached, as an ISO 8601 date; absent before. */
  readonly finishedAt?: string;
}

/** Keeps the progress of the import of one file across processes. */
export class ProgressFile {
  private constructor(
    private readonly path: string,
    private readonly file: string,
  ) {}

  /** @returns `undefined` for a source that cannot be recognised. */
  static of(dataDirectory: string, source: ImportSource, format: ImportFormat): ProgressFile | undefined {
    if (source.identity === undefined) return undefined;
    const { path, size } = source.identity;
    const beginning = createHash('sha256').update(source.beginning).digest('hex');
    const name = createHash('sha256')
      .update(JSON.stringify([path, size, beginning, format]))
      .digest('hex');
    return new ProgressFile(join(dataDirectory, IMPORTS_DIRECTORY, `${name.slice(0, 32)}.json`), path);
  }

  /** @throws ImportError if what is kept cannot be read. */
  async load(): Promise<ImportProgress | undefined> {
    try {
      const { version, ...progress } = JSON.parse(await readFile(this.path, 'utf8')) as ImportProgress & {
        version: number;
      };
      if (version === VERSION) return progress;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      if (!(cause instanceof SyntaxError)) throw cause;
    }
    throw new ImportError(
      `${this.path} cannot be read: import with --again, which starts from the beginning`,
    );
  }

  /** Resolves once it is durable; the earlier progress counts until then. */
  async save(progress: ImportProgress): Promise<void> {
    const directory = dirname(this.path);
    await mkdir(directory, { recursive: true });
    const next = `${this.path}.${process.pid}.new`;
    await writeDurably(next, JSON.stringify({ version: VERSION, file: this.file, ...progress }));
    await rename(next, this.path);
    await sync(directory, 'r');
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function sync(path: string, flags: string): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
