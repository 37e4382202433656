import type { SeededRandom } from '#oracle';

/** A disk has no room for a write. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
}

/** An item that reached the disk only in part. */
export const TORN = Symbol('torn');

interface File {
  readonly items: unknown[];
  /** How many of the items the disk claims to have flushed. */
  flushed: number;
  /** How many of them survive a power cut. */
  durable: number;
}

interface Cell {
  value: unknown;
  durable: unknown;
}

/** The contents of a disk at some moment, copied and restored as a whole. */
export interface DiskCopy {
  readonly files: ReadonlyMap<string, readonly unknown[]>;
  readonly cells: ReadonlyMap<string, unknown>;
}

/**
 * A disk with files that grow at their end and cells that are replaced as a whole. A power cut loses unflushed items, all or
 * some of them, and may tear one; a cell then has its old or its new value. What a killed process had written stays.
 */
export class SimulatedDisk {
  private readonly files = new Map<string, File>();
  private readonly cells = new Map<string, Cell>();
  /** How many more items fit. */
  room = Infinity;

  /** @param lies whether it claims to have flushed files when it has not. */
  constructor(private readonly lies = false) {}

  /** @throws DiskFullError, in which case nothing is written. */
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

  /** The flushed items of a file. Nobody sees the others. */
  read(name: string): readonly unknown[] {
    const { items, flushed } = this.file(name);
    return items.length === flushed ? items : items.slice(0, flushed);
  }

  /** Everything written to a file, as its writer knows it. */
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

  /** When the disk is opened again, everything on it counts, except a torn end. */
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
