import type { ContactId, TimelineHead, TimelineId } from '#domain';
import type {
  ProjectedPosition,
  ProjectionChanges,
  ProjectionStore,
  ReceivedContactEvent,
  ReceivedStatusEvent,
} from '#store';
import { InMemoryProjectionStore, WRITE_ORDER } from '../support/store/in-memory-projection-store.js';
import type { SimulatedProcess } from './simulated-process.js';

/** The store cannot be reached, or could not take what it was given; trying again may help. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** The store does not take a value, whatever else is written with it: it has the engine's code for that. */
export class ValueRefusedError extends Error {
  override readonly name = 'ValueRefusedError';
  readonly code = '69';
}

/** A status that the store refuses, as an engine does a value that its columns have no room for. */
export const REFUSED_STATE = 'refused';

/** The store itself, wherever it is; clients of processes come to it by {@link SimulatedProjectionStore}. */
export class SimulatedStore {
  tables = new InMemoryProjectionStore();
  /** `undefined` while it answers. */
  outage: string | undefined;

  /** The processes of the writes that are under way. */
  readonly writers = new Set<{ readonly process: SimulatedProcess }>();
  /** Called with everything that was kept, for the verdict. */
  onKept: (kind: keyof ProjectionChanges, rows: readonly unknown[]) => void = () => undefined;

  check(): void {
    if (this.outage !== undefined) throw new StoreUnavailableError(this.outage);
  }

  keep<Kind extends keyof ProjectionChanges>(kind: Kind, rows: ProjectionChanges[Kind]): void {
    this.tables.keep(kind, rows);
    this.onKept(kind, rows);
  }

  /** From here on rows of these records may be kept. */
  begin(positions: readonly ProjectedPosition[]): void {
    this.tables.begin(positions);
    this.onKept('positions', positions);
  }

  wipe(): void {
    this.tables = new InMemoryProjectionStore();
  }
}

/** The way of a process to a simulated store: each step of a write is durable once it is answered, and may be the last. */
export class SimulatedProjectionStore implements ProjectionStore {
  /**
   * @param chance draws whether a fault happens.
   * @param failingWrites so many of the steps of writes fail, in parts of one, and keep some of their rows.
   */
  constructor(
    private readonly store: SimulatedStore,
    private readonly process: SimulatedProcess,
    private readonly chance: (fraction: number) => boolean = () => false,
    private readonly failingWrites = 0,
  ) {}

  isEmpty(): Promise<boolean> {
    return this.ask('isEmpty', (tables) => tables.isEmpty());
  }

  heads(ids: readonly TimelineId[]): Promise<Map<string, TimelineHead>> {
    return this.ask('heads', (tables) => tables.heads(ids));
  }

  events(ids: readonly TimelineId[], from: number, to: number): Promise<Map<string, ReceivedStatusEvent[]>> {
    return this.ask('events', (tables) => tables.events(ids, from, to));
  }

  hasNoContacts(): Promise<boolean> {
    return this.ask('hasNoContacts', (tables) => tables.hasNoContacts());
  }

  contactEvents(ids: readonly ContactId[]): Promise<Map<string, ReceivedContactEvent[]>> {
    return this.ask('contactEvents', (tables) => tables.contactEvents(ids));
  }

  positions(topic: string): Promise<readonly ProjectedPosition[]> {
    return this.ask('positions', (tables) => tables.positions(topic));
  }

  begunWrites(topic: string): Promise<readonly ProjectedPosition[]> {
    return this.ask('begunWrites', (tables) => tables.begunWrites(topic));
  }

  obstacle(): Promise<string | undefined> {
    return this.ask('obstacle', (tables) => tables.obstacle());
  }

  async write(changes: ProjectionChanges): Promise<void> {
    const writer = { process: this.process };
    this.store.writers.add(writer);
    try {
      await this.ask('begin', () => this.store.begin(changes.positions));
      for (const kind of WRITE_ORDER) await this.writeStep(kind, changes[kind]);
    } finally {
      this.store.writers.delete(writer);
    }
  }

  private async writeStep<Kind extends keyof ProjectionChanges>(
    kind: Kind,
    rows: ProjectionChanges[Kind],
  ): Promise<void> {
    if (rows.length === 0) return;
    await this.ask(`write ${kind}`, () => {
      if (refuses(kind, rows)) throw new ValueRefusedError('a value is out of bounds');
      if (this.chance(this.failingWrites)) {
        const part = rows.filter(() => this.chance(0.5)) as unknown as ProjectionChanges[Kind];
        this.store.keep(kind, part);
        throw new StoreUnavailableError('the write failed');
      }
      this.store.keep(kind, rows);
    });
  }

  private async ask<T>(
    label: string,
    effect: (tables: InMemoryProjectionStore) => T | Promise<T>,
  ): Promise<T> {
    return this.process.request(`store ${label}`, 'remote', () => {
      this.store.check();
      return effect(this.store.tables);
    });
  }
}

function refuses(kind: keyof ProjectionChanges, rows: readonly unknown[]): boolean {
  const codeOf = {
    intervals: (row: unknown) => (row as ProjectionChanges['intervals'][number]).interval.stateCode,
    anomalies: (row: unknown) => (row as ProjectionChanges['anomalies'][number]).anomaly.stateCode,
    events: (row: unknown) => (row as ReceivedStatusEvent).stateCode,
  }[kind as string];
  return codeOf !== undefined && rows.some((row) => codeOf(row) === REFUSED_STATE);
}
