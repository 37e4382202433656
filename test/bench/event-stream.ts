/** The system that all events of the bench are from. */
export const SYSTEM = 'BENCH';

/** Distinct, realistic events, one after another, written in place so that making them costs next to nothing. */
export interface EventStream {
  /** For one connection: writes the stream's next event into a request of that connection, and gives its bytes. */
  requests(): () => Buffer;
}

/** Events of the given streams by turns. */
export class Alternating implements EventStream {
  private turn = 0;

  constructor(private readonly streams: readonly EventStream[]) {}

  requests(): () => Buffer {
    const writers = this.streams.map((stream) => stream.requests());
    return () => writers[this.turn++ % writers.length]!();
  }
}

/** The names of the first `count` of something: a letter and six digits. */
export function ids(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${String(index).padStart(6, '0')}`);
}
