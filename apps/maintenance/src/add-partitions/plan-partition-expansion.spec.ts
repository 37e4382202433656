import { fixedLayout, type TopicLayout } from '#event-log';
import { ExpansionRefusedError, planPartitionExpansion } from './plan-partition-expansion.js';

const plan = (layout: TopicLayout, wanted: number) => planPartitionExpansion('t', layout, wanted);

describe('the plan of adding partitions', () => {
  it('finds everything to do, or what was left to do, or nothing', () => {
    expect(plan(fixedLayout(12), 24)).toBe('everything');
    expect(plan(fixedLayout(12), 12)).toBe('nothing');
    expect(plan({ ...fixedLayout(24), partitions: 12 }, 24)).toBe('adding the partitions');
    const growth = { generation: 1, partitions: 24, run: 'r' };
    expect(plan({ ...fixedLayout(12), growth }, 24)).toBe('everything');
  });

  it('demands that what was begun is finished first', () => {
    const growth = { generation: 1, partitions: 24, run: 'r' };
    for (const begun of [
      { ...fixedLayout(12), growth },
      { ...fixedLayout(24), partitions: 12 },
    ]) {
      expect(() => plan(begun, 36)).toThrow('finish that first, with --partitions 24');
    }
  });

  it('refuses fewer partitions', () => {
    expect(() => plan(fixedLayout(12), 6)).toThrow('cannot become fewer');
  });

  it('allows 512 in all generations together, and not one more', () => {
    expect(plan(fixedLayout(12), 500)).toBe('everything');
    expect(() => plan(fixedLayout(12), 501)).toThrow(ExpansionRefusedError);
  });

  it('takes in what something else has added only if that is a multiple of what there was', () => {
    expect(plan({ ...fixedLayout(12), partitions: 24 }, 24)).toBe('everything');
    expect(() => plan({ ...fixedLayout(12), partitions: 18 }, 18)).toThrow('not a multiple');
    expect(() => plan({ ...fixedLayout(12), partitions: 24 }, 48)).toThrow('with --partitions 24');
  });
});
