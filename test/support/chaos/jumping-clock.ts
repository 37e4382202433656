const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

/** How far wall clocks jump in tests, in milliseconds. */
export const CLOCK_JUMPS = [SECOND, HOUR, DAY, 500 * DAY].flatMap((jump) => [jump, -jump]);

/** A wall clock that is off by the next of the jumps, in turn, at every reading. */
export function jumpingClock(jumps: readonly number[], right: () => number): () => number {
  let looks = 0;
  return () => right() + jumps[looks++ % jumps.length]!;
}

/** While `work` runs, the wall clock of this process jumps back and forth at every reading. */
export async function withJumpingWallClock<T>(jump: number, work: () => Promise<T>): Promise<T> {
  const right = Date.now;
  Date.now = jumpingClock([0, jump], right);
  try {
    return await work();
  } finally {
    Date.now = right;
  }
}
