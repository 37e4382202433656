/**
 * A small reproducible source of randomness (sfc32): the same seed gives the same numbers on every machine.
 *
 * Each part of a simulation draws from its own {@link fork}, so that changing one part (say, the number of agents) does
 * not change what the others draw.
 */
export class SeededRandom {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(private readonly seed: string) {
    this.a = fnv1a(`${seed}/a`);
    this.b = fnv1a(`${seed}/b`);
    this.c = fnv1a(`${seed}/c`);
    for (let warmUp = 0; warmUp < 12; warmUp++) this.next();
  }

  /** An independent source whose numbers depend only on this one's seed and the label. */
  fork(label: string): SeededRandom {
    return new SeededRandom(`${this.seed}/${label}`);
  }

  /** A number in [0, 1). */
  next(): number {
    const sum = (this.a + this.b + this.counter++) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** True in the given fraction of calls. */
  chance(fraction: number): boolean {
    return this.next() < fraction;
  }

  /** An integer in [min, max], both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** One of the values, with equal probability. */
  pick<T>(values: readonly T[]): T {
    return values[this.integer(0, values.length - 1)]!;
  }

  /** One of the values, with probabilities in proportion to the weights. */
  pickWeighted<T>(choices: readonly (readonly [value: T, weight: number])[]): T {
    const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.next() * total;
    for (const [value, weight] of choices) {
      if (left < weight) return value;
      left -= weight;
    }
    return choices[choices.length - 1]![0];
  }

  /** An exponentially distributed waiting time, as between the arrivals of independent customers. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
