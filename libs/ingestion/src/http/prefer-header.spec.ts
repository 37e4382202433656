import { prefersStrictHandling } from './prefer-header.js';

describe('prefersStrictHandling', () => {
  it.each([
    'handling=strict',
    'Handling=Strict',
    'handling="strict"',
    ' handling = strict ',
    'handling=strict; note=1',
    'respond-async, handling=strict',
    'wait=10,handling=strict,respond-async',
    'handling=strict, handling=lenient',
  ])('is true for %s', (header) => {
    expect(prefersStrictHandling(header)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'strict',
    'handling',
    'handling=lenient',
    'handling=stricter',
    'mishandling=strict',
    'handling=lenient, handling=strict',
    'wait=10; handling=strict',
  ])('is false for %s', (header) => {
    expect(prefersStrictHandling(header)).toBe(false);
  });

  it('reads headers that are sent several times', () => {
    expect(prefersStrictHandling(['respond-async', 'handling=strict'])).toBe(true);
  });
});
