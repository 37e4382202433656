import { Topic } from '#event-log';
import { GrowthUsageError, parseGrowthOptions } from './expansion-options.js';

describe('the options of adding partitions', () => {
  it('are the number, and all topics of events unless one is named', () => {
    expect(parseGrowthOptions(['--partitions', '24'])).toEqual({
      partitions: 24,
      topics: [Topic.status, Topic.contact],
    });
    expect(parseGrowthOptions(['--partitions', '3', '--topic', 'contact'])).toEqual({
      partitions: 3,
      topics: [Topic.contact],
    });
    expect(parseGrowthOptions(['--help'])).toBe('help');
  });

  it.each([
    [[]],
    [['--partitions', '0']],
    [['--partitions', 'many']],
    [['--partitions', '3', '--topic', 'personnel']],
    [['--what']],
  ])('are refused with the reason: %j', (args) => {
    expect(() => parseGrowthOptions(args)).toThrow(GrowthUsageError);
  });
});
