import { InformationRequested, UsageError } from '#command';
import { Topic } from '#event-log';
import { parseExpansionOptions } from './expansion-options.js';

describe('the options of add-partitions', () => {
  it('name all event topics unless one is given', () => {
    expect(parseExpansionOptions(['--partitions', '24'])).toEqual({
      partitions: 24,
      topics: [Topic.status, Topic.contact],
    });
    expect(parseExpansionOptions(['--partitions', '3', '--topic', 'contact'])).toEqual({
      partitions: 3,
      topics: [Topic.contact],
    });
  });

  it('do nothing but print help when help is requested', () => {
    expect(() => parseExpansionOptions(['--help'])).toThrow(InformationRequested);
  });

  it.each([
    [[]],
    [['--partitions', '0']],
    [['--partitions', 'many']],
    [['--partitions', '3', '--topic', 'personnel']],
    [['--what']],
  ])('are refused with the reason: %j', (args) => {
    expect(() => parseExpansionOptions(args)).toThrow(UsageError);
  });
});
