import { createReadStream } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { CommandError } from '#command';
import { STANDARD_INPUT } from './import-options.js';

/** A file is recognised by this many bytes from its beginning, which must include the header of a CSV file. */
export const BEGINNING_BYTES = 64 * 1024;

const CHUNK_BYTES = 256 * 1024;

/** The import cannot be done; the message says why and what to do. */
export class ImportError extends CommandError {
  override readonly name = 'ImportError';
}

/** Bytes to import. */
export interface ImportSource {
  /** Its name for people. */
  readonly name: string;
  readonly beginning: Buffer;
  /** Identifies this file in its present state; absent for standard input. */
  readonly identity?: { readonly path: string; readonly size: number };
  /** The bytes from `offset` on; once only, and from within the beginning, for standard input. */
  chunksFrom(offset: number): AsyncIterable<Buffer>;
}

/** @throws ImportError if there is nothing that could be read. */
export function openSource(path: string): Promise<ImportSource> {
  return path === STANDARD_INPUT ? openStream(process.stdin, 'standard input') : openFile(path);
}

async function openFile(path: string): Promise<ImportSource> {
  try {
    const { size } = await sizeOfFile(path);
    return {
      name: path,
      beginning: await readBeginning(path, size),
      identity: { path: await realpath(path), size },
      // A file that grows meanwhile counts as another file.
      chunksFrom: (offset) =>
        offset >= size
          ? Readable.from([])
          : createReadStream(path, { start: offset, end: size - 1, highWaterMark: CHUNK_BYTES }),
    };
  } catch (error) {
    const problem = PROBLEMS[(error as NodeJS.ErrnoException).code ?? ''];
    if (problem === undefined) throw error;
    throw new ImportError(`${path} ${problem}`, { cause: error });
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read',
  EPERM: 'may not be read',
};

async function sizeOfFile(path: string): Promise<{ size: number }> {
  const found = await stat(path);
  if (found.isFile()) return found;
  if (found.isDirectory()) throw new ImportError(`${path} is a directory: name the files in it`);
  throw new ImportError(`${path} is not a file: give - and redirect it to standard input`);
}

async function readBeginning(path: string, size: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(Math.min(size, BEGINNING_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A stream as a source: its beginning is read ahead and given again. */
export async function openStream(stream: Readable, name: string): Promise<ImportSource> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const ahead: Buffer[] = [];
  for (let size = 0; size < BEGINNING_BYTES; size += ahead.at(-1)!.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    ahead.push(next.value);
  }
  const beginning = Buffer.concat(ahead);
  return {
    name,
    beginning,
    async *chunksFrom(offset) {
      yield beginning.subarray(offset);
      yield* { [Symbol.asyncIterator]: () => chunks };
    },
  };
}
