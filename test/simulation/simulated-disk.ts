import type { SeededRandom } from '#oracle';

/** What a disk answers when it has no room. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
}

/** A piece of a file of which only a part reached the disk. */
export const TORN = Symbol('torn');

interface File {
  readonly items: unknown[];
  /** How many of the items have been flushed, as far as the disk says. */
  flushed: number;
  /** How many of them a power cut leaves alone. */
  durable: number;
}

interface Cell {
  value: unknown;
  durable: unknown;
}

/** What is on a disk at some moment; taken and restored as a whole. */
export interface DiskCopy {
  readonly files: ReadonlyMap<string, readonly unknown[]>;
  readonly cells: ReadonlyMap<string, unknown>;
}

/**
 * A disk with files that grow at their end and cells that are replaced as a whole. What was written and not flushed is lost
 * by a power cut, all of it, a part, or but for a torn piece; a cell then has its former or its new value. What a process that
 * was killed had written stays.
 */
export class SimulatedDisk {
  private readonly files = new Map<string, File>();
  private readonly cells = new Map<string, Cell>();
  /** Pieces that still fit. */
  room = Infinity;

  /** @param lies whether it says that all is flushed at once, and flushes at leisure. */
  constructor(private readonly lies = false) {}

  /** @throws DiskFullError; nothing is written then. */
  append(name: string, items: readonly unknown[]): void {
    if (items.length > this.room) throw new DiskFullError('no space left on the simulated disk');
    this.room -= items.length;
    this.file(name).items.push(...items);
  }

  replace(name: string, value: unknown): void {
    const cell = this.cells.get(name);
    if (cell === undefined) this.cells.set(name, { value, durable: undefined });
    else cell.value = value;
  }

  flush(): void {
    for (const file of this.files.values()) {
      file.flushed = file.items.length;
      if (!this.lies) file.durable = file.items.length;
    }
    for (const cell of this.cells.values()) cell.durable = cell.value;
  }

  /** What of a file has been flushed: nobody sees the rest. */
  read(name: string): readonly unknown[] {
    const { items, flushed } = this.file(name);
    return items.length === flushed ? items : items.slice(0, flushed);
  }

  /** All that was written to a file, as whoever writes to it knows it. */
  written(name: string): readonly unknown[] {
    return this.file(name).items;
  }

  flushedLength(name: string): number {
    return this.files.get(name)?.flushed ?? 0;
  }

  cell<T>(name: string): T | undefined {
    return this.cells.get(name)?.value as T | undefined;
  }

  cellNames(): string[] {
    return [...this.cells.keys()];
  }

  powerCut(random: SeededRandom): void {
    for (const file of this.files.values()) {
      const loose = file.items.length - file.durable;
      if (loose > 0) {
        const kept = random.integer(0, loose);
        file.items.length = file.durable + kept;
        if (kept > 0 && random.chance(0.5)) file.items[file.items.length - 1] = TORN;
      }
    }
    for (const cell of this.cells.values()) {
      if (random.chance(0.5)) cell.value = cell.durable;
    }
    this.recover();
  }

  /** Whatever is there when it is opened again counts, but for a torn end. */
  private recover(): void {
    for (const file of this.files.values()) {
      const torn = file.items.indexOf(TORN);
      if (torn !== -1) file.items.length = torn;
      file.flushed = file.durable = file.items.length;
    }
    for (const cell of this.cells.values()) cell.durable = cell.value;
  }

  copy(): DiskCopy {
    return {
      files: new Map([...this.files].map(([name, { items, durable }]) => [name, items.slice(0, durable)])),
      cells: new Map([...this.cells].map(([name, { durable }]) => [name, durable])),
    };
  }

  restore({ files, cells }: DiskCopy): void {
    this.files.clear();
    this.cells.clear();
    for (const [name, items] of files) {
      this.files.set(name, { items: [...items], flushed: items.length, durable: items.length });
    }
    for (const [name, value] of cells) this.cells.set(name, { value, durable: value });
  }

  wipe(): void {
    this.restore({ files: new Map(), cells: new Map() });
  }

  removeFile(name: string): void {
    this.files.delete(name);
  }

  private file(name: string): File {
    let file = this.files.get(name);
    if (file === undefined) this.files.set(name, (file = { items: [], flushed: 0, durable: 0 }));
    return file;
  }
}
