import fc from 'fast-check';
import { MAX_REPORTED_RANGES, type RecordOrigin } from '#event-log';
import {
  MAX_SEQUENCED_SYSTEMS,
  MAX_UNREPORTED_RANGES,
  ProducerSequence,
  type SequencedRecord,
} from './producer-sequence.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const newSequence = () => {
  let ids = 0;
  return new ProducerSequence(() => `id ${++ids}`);
};
const origin = (sequence: number, lowWatermark: number, ...rejected: [number, number][]): RecordOrigin => ({
  producerId: 'id 1',
  sequence,
  lowWatermark,
  rejected,
});

describe(`ProducerSequence (seed ${seed})`, () => {
  it('numbers the records of each system on their own', () => {
    const numbers = newSequence();
    expect(numbers.take('a').origin).toEqual(origin(1, 0));
    expect(numbers.take('b').origin).toEqual(origin(1, 0));
    expect(numbers.take('a').origin).toEqual(origin(2, 0));
  });

  it('holds the low watermark below the first number that is undecided', () => {
    const numbers = newSequence();
    const [one, two, three] = [numbers.take('a'), numbers.take('a'), numbers.take('a')];
    three.acknowledge();
    two.acknowledge();
    expect(numbers.take('a').origin).toEqual(origin(4, 0));
    one.acknowledge();
    expect(numbers.take('a').origin).toEqual(origin(5, 3));
  });

  it('reports rejected numbers until a record that reports them is acknowledged', () => {
    const numbers = newSequence();
    for (let i = 0; i < 3; i++) numbers.take('a').reject();
    const [reporting, meanwhile] = [numbers.take('a'), numbers.take('a')];
    expect(reporting.origin).toEqual(origin(4, 3, [1, 3]));
    expect(meanwhile.origin).toEqual(origin(5, 3, [1, 3]));
    meanwhile.reject();
    reporting.acknowledge();
    expect(numbers.take('a').origin).toEqual(origin(6, 5, [5, 5]));
  });

  it('reports a range again that has grown since it was reported', () => {
    const numbers = newSequence();
    numbers.take('a').reject();
    const reporting = numbers.take('a');
    const next = numbers.take('a');
    next.reject();
    reporting.reject();
    expect(numbers.take('a').origin).toEqual(origin(4, 3, [1, 3]));
  });

  it(`holds the low watermark below the rejected numbers that ${MAX_REPORTED_RANGES} ranges leave out`, () => {
    const numbers = newSequence();
    const taken = Array.from({ length: 2 * MAX_REPORTED_RANGES + 2 }, () => numbers.take('a'));
    for (const [index, record] of taken.entries()) {
      if (index % 2 === 0) record.reject();
      else record.acknowledge();
    }
    const { rejected, lowWatermark } = numbers.take('a').origin;
    expect(rejected).toHaveLength(MAX_REPORTED_RANGES);
    expect(lowWatermark).toBe(2 * MAX_REPORTED_RANGES);
  });

  it(`starts over under another id when more than ${MAX_UNREPORTED_RANGES} ranges wait to be reported`, () => {
    const numbers = newSequence();
    const taken = Array.from({ length: 2 * MAX_UNREPORTED_RANGES + 1 }, () => numbers.take('a'));
    const rejectEach = (from: number, to: number) => {
      for (let i = from; i < to; i += 2) taken[i]!.reject();
    };
    rejectEach(0, 2 * MAX_UNREPORTED_RANGES);
    expect(numbers.take('a').origin.producerId).toBe('id 1');
    taken.at(-1)!.reject();
    expect(numbers.take('a').origin).toEqual({ ...origin(1, 0), producerId: 'id 2' });
  });

  it(`keeps the sequences of ${MAX_SEQUENCED_SYSTEMS} systems, and starts further ones under another id`, () => {
    const numbers = newSequence();
    for (let i = 0; i < MAX_SEQUENCED_SYSTEMS; i++) numbers.take(`system ${i}`);
    expect(numbers.take('system 0').origin).toEqual(origin(2, 0));
    expect(numbers.take('one more').origin).toEqual({ ...origin(1, 0), producerId: 'id 2' });
    expect(numbers.take('system 1').origin).toEqual(origin(2, 0));
    expect(numbers.take('system 0').origin).toEqual({ ...origin(1, 0), producerId: 'id 3' });
  });

  it('never makes a record look lost that was not, nor hides one that was, in any order of answers', () => {
    const anyStep = fc.record({
      take: fc.boolean(),
      which: fc.nat(),
      fails: fc.boolean(),
      isIn: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
        const numbers = newSequence();
        const open: SequencedRecord[] = [];
        const log: RecordOrigin[] = [];
        const acknowledged = new Set<number>();
        const rejected = new Set<number>();
        for (const { take, which, fails, isIn } of steps) {
          if (take || open.length === 0) open.push(numbers.take('a'));
          else {
            const [record] = open.splice(which % open.length, 1) as [SequencedRecord];
            // A rejected record may be in the log nevertheless.
            if (!fails || isIn) log.push(record.origin);
            (fails ? rejected : acknowledged).add(record.origin.sequence);
            if (fails) record.reject();
            else record.acknowledge();
          }
        }
        const reported = new Set(log.flatMap((origin) => origin.rejected.flatMap(numbersOf)));
        const lowWatermark = Math.max(0, ...log.map((origin) => origin.lowWatermark));
        for (let number = 1; number <= lowWatermark; number++) {
          expect(acknowledged.has(number) || rejected.has(number)).toBe(true);
          // The rest up to the low watermark is promised to be in the log.
          if (!reported.has(number)) expect(acknowledged.has(number)).toBe(true);
        }
        for (const number of reported) expect(rejected.has(number)).toBe(true);
      }),
      { seed, numRuns: 300 },
    );
  });
});

function numbersOf([from, to]: readonly [number, number]): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
