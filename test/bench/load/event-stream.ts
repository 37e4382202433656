/** The system of all events of the bench. */
export const SYSTEM = 'BENCH';

/** Distinct, realistic events, written in place so that generating them costs next to nothing. */
export interface EventStream {
  /**
   * A writer for one connection: each call writes the stream's next event into the connection's request and returns its
   * bytes.
   */
  requests(): () => Buffer;
  /** The same without HTTP: each call returns the bytes of the next event's JSON. */
  bodies(): () => Buffer;
}

/** The events of several streams by turns. */
export class Alternating implements EventStream {
  private turn = 0;

  constructor(private readonly streams: readonly EventStream[]) {}

  requests(): () => Buffer {
    return this.byTurns(this.streams.map((stream) => stream.requests()));
  }

  bodies(): () => Buffer {
    return this.byTurns(this.streams.map((stream) => stream.bodies()));
  }

  private byTurns(writers: readonly (() => Buffer)[]): () => Buffer {
    return () => writers[this.turn++ % writers.length]!();
  }
}

/** The ids of the first `count` items: a letter and six digits. */
export function ids(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${String(index).padStart(6, '0')}`);
}
