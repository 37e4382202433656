import fc from 'fast-check';
import { MAX_REPORTED_RANGES, type RecordOrigin } from '#event-log';
import {
  MAX_SEQUENCED_SYSTEMS,
  MAX_UNREPORTED_RANGES,
  ProducerSequence,
  type SequencedRecord,
} from './producer-sequence.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const numbering = () => {
  let ids = 0;
  return new ProducerSequence(() => `id ${++ids}`);
};
const origin = (number: number, settled: number, ...failed: [number, number][]): RecordOrigin => ({
  producerId: 'id 1',
  sequence: number,
  lowWatermark: settled,
  rejected: failed,
});

describe(`the numbers of a receiver (seed ${seed})`, () => {
  it('are counted for each system', () => {
    const numbers = numbering();
    expect(numbers.take('a').origin).toEqual(origin(1, 0));
    expect(numbers.take('b').origin).toEqual(origin(1, 0));
    expect(numbers.take('a').origin).toEqual(origin(2, 0));
  });

  it('are settled up to the first whose fate is not known', () => {
    const numbers = numbering();
    const [one, two, three] = [numbers.take('a'), numbers.take('a'), numbers.take('a')];
    three.acknowledge();
    two.acknowledge();
    expect(numbers.take('a').origin).toEqual(origin(4, 0));
    one.acknowledge();
    expect(numbers.take('a').origin).toEqual(origin(5, 3));
  });

  it('tell those that were refused until a record that tells them is kept', () => {
    const numbers = numbering();
    for (let i = 0; i < 3; i++) numbers.take('a').reject();
    const [told, meanwhile] = [numbers.take('a'), numbers.take('a')];
    expect(told.origin).toEqual(origin(4, 3, [1, 3]));
    expect(meanwhile.origin).toEqual(origin(5, 3, [1, 3]));
    meanwhile.reject();
    told.acknowledge();
    expect(numbers.take('a').origin).toEqual(origin(6, 5, [5, 5]));
  });

  it('tell a range again that has grown since it was told', () => {
    const numbers = numbering();
    numbers.take('a').reject();
    const told = numbers.take('a');
    const next = numbers.take('a');
    next.reject();
    told.reject();
    expect(numbers.take('a').origin).toEqual(origin(4, 3, [1, 3]));
  });

  it(`are not said to be settled beyond what ${MAX_REPORTED_RANGES} ranges tell`, () => {
    const numbers = numbering();
    const taken = Array.from({ length: 2 * MAX_REPORTED_RANGES + 2 }, () => numbers.take('a'));
    for (const [index, numbered] of taken.entries()) {
      if (index % 2 === 0) numbered.reject();
      else numbered.acknowledge();
    }
    const { rejected: failed, lowWatermark: settled } = numbers.take('a').origin;
    expect(failed).toHaveLength(MAX_REPORTED_RANGES);
    expect(settled).toBe(2 * MAX_REPORTED_RANGES);
  });

  it(`begin anew under another id where more than ${MAX_UNREPORTED_RANGES} ranges wait to be told`, () => {
    const numbers = numbering();
    const taken = Array.from({ length: 2 * MAX_UNREPORTED_RANGES + 1 }, () => numbers.take('a'));
    const failEach = (from: number, to: number) => {
      for (let i = from; i < to; i += 2) taken[i]!.reject();
    };
    failEach(0, 2 * MAX_UNREPORTED_RANGES);
    expect(numbers.take('a').origin.producerId).toBe('id 1');
    taken.at(-1)!.reject();
    expect(numbers.take('a').origin).toEqual({ ...origin(1, 0), producerId: 'id 2' });
  });

  it(`are remembered for ${MAX_SEQUENCED_SYSTEMS} systems; another one begins under another id`, () => {
    const numbers = numbering();
    for (let i = 0; i < MAX_SEQUENCED_SYSTEMS; i++) numbers.take(`system ${i}`);
    expect(numbers.take('system 0').origin).toEqual(origin(2, 0));
    expect(numbers.take('one more').origin).toEqual({ ...origin(1, 0), producerId: 'id 2' });
    expect(numbers.take('system 1').origin).toEqual(origin(2, 0));
    expect(numbers.take('system 0').origin).toEqual({ ...origin(1, 0), producerId: 'id 3' });
  });

  it('never make anything look lost that was not, nor hide what was, whatever is answered in whatever order', () => {
    const anyStep = fc.record({
      take: fc.boolean(),
      which: fc.nat(),
      fails: fc.boolean(),
      isIn: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
        const numbers = numbering();
        const open: SequencedRecord[] = [];
        const log: RecordOrigin[] = [];
        const kept = new Set<number>();
        const failed = new Set<number>();
        for (const { take, which, fails, isIn } of steps) {
          if (take || open.length === 0) open.push(numbers.take('a'));
          else {
            const [numbered] = open.splice(which % open.length, 1) as [SequencedRecord];
            const { sequence: number } = numbered.origin;
            // What was refused may be in the log nevertheless.
            if (!fails || isIn) log.push(numbered.origin);
            (fails ? failed : kept).add(number);
            if (fails) numbered.reject();
            else numbered.acknowledge();
          }
        }
        const told = new Set(log.flatMap(({ rejected: ranges }) => ranges.flatMap(numbersOf)));
        const settled = Math.max(0, ...log.map((record) => record.lowWatermark));
        for (let number = 1; number <= settled; number++) {
          expect(kept.has(number) || failed.has(number)).toBe(true);
          // What is promised is what is neither told as refused nor only seen by chance.
          if (!told.has(number)) expect(kept.has(number)).toBe(true);
        }
        for (const number of told) expect(failed.has(number)).toBe(true);
      }),
      { seed, numRuns: 300 },
    );
  });
});

function numbersOf([from, to]: readonly [number, number]): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
