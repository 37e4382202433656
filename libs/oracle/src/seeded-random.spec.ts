import { SeededRandom } from './seeded-random.js';

const draw = (random: SeededRandom, n: number): number[] => Array.from({ length: n }, () => random.next());

describe('seeded randomness', () => {
  it('repeats for the same seed only', () => {
    expect(draw(new SeededRandom('7'), 20)).toEqual(draw(new SeededRandom('7'), 20));
    expect(draw(new SeededRandom('8'), 20)).not.toEqual(draw(new SeededRandom('7'), 20));
  });

  it('is distributed evenly over [0, 1)', () => {
    const numbers = draw(new SeededRandom('7'), 10_000);
    const mean = numbers.reduce((sum, number) => sum + number) / numbers.length;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
  });

  it('forks into sources that do not depend on earlier draws', () => {
    const drawn = new SeededRandom('7');
    draw(drawn, 5);
    expect(draw(drawn.fork('a'), 5)).toEqual(draw(new SeededRandom('7').fork('a'), 5));
    expect(draw(drawn.fork('b'), 5)).not.toEqual(draw(drawn.fork('a'), 5));
  });

  it('draws integers from both ends of the range, and values by weight', () => {
    const random = new SeededRandom('7');
    expect(new Set(Array.from({ length: 200 }, () => random.integer(1, 3)))).toEqual(new Set([1, 2, 3]));
    const choice = () => random.pickWeighted([['never', 0] as const, ['always', 1] as const]);
    expect(new Set(Array.from({ length: 50 }, choice))).toEqual(new Set(['always']));
  });
});
