/** The system that all events of the bench are from. */
export const SYSTEM = 'BENCH';

/** Distinct, realistic events, one after another, written in place so that making them costs next to nothing. */
export interface EventStream {
  /** For one connection: writes the stream's next event into a request of that connection, and gives its bytes. */
  requests(): () => Buffer;
  /** The same without HTTP: writes the next event's JSON, and gives its bytes. */
  bodies(): () => Buffer;
}

/** Events of the given streams by turns. */
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

/** The names of the first `count` of something: a letter and six digits. */
export function ids(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${String(index).padStart(6, '0')}`);
}
