import { fixedLayout, type TopicLayout } from '#event-log';
import { ExpansionRefusedError, planPartitionExpansion } from './plan-partition-expansion.js';

const judge = (layout: TopicLayout, wanted: number) => planPartitionExpansion('t', layout, wanted);

describe('the judgement of whether partitions can be added', () => {
  it('finds everything to do, or what was left to do, or nothing', () => {
    expect(judge(fixedLayout(12), 24)).toBe('everything');
    expect(judge(fixedLayout(12), 12)).toBe('nothing');
    expect(judge({ ...fixedLayout(24), partitions: 12 }, 24)).toBe('adding the partitions');
    const growth = { generation: 1, partitions: 24, run: 'r' };
    expect(judge({ ...fixedLayout(12), growth }, 24)).toBe('everything');
  });

  it('has what was begun finished first', () => {
    const growth = { generation: 1, partitions: 24, run: 'r' };
    for (const begun of [
      { ...fixedLayout(12), growth },
      { ...fixedLayout(24), partitions: 12 },
    ]) {
      expect(() => judge(begun, 36)).toThrow('finish that first, with --partitions 24');
    }
  });

  it('does not make them fewer', () => {
    expect(() => judge(fixedLayout(12), 6)).toThrow('cannot become fewer');
  });

  it('allows 512 in all generations together, and not one more', () => {
    expect(judge(fixedLayout(12), 500)).toBe('everything');
    expect(() => judge(fixedLayout(12), 501)).toThrow(ExpansionRefusedError);
  });

  it('takes in what something else has added only if that is a multiple of what there was', () => {
    expect(judge({ ...fixedLayout(12), partitions: 24 }, 24)).toBe('everything');
    expect(() => judge({ ...fixedLayout(12), partitions: 18 }, 18)).toThrow('no multiple');
    expect(() => judge({ ...fixedLayout(12), partitions: 24 }, 48)).toThrow('with --partitions 24');
  });
});
