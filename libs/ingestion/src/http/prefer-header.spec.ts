import { prefersStrictHandling } from './prefer-header.js';

describe('a Prefer header', () => {
  it.each([
    'handling=strict',
    'Handling=Strict',
    'handling="strict"',
    ' handling = strict ',
    'handling=strict; note=1',
    'respond-async, handling=strict',
    'wait=10,handling=strict,respond-async',
    'handling=strict, handling=lenient',
  ])('asks for strict handling: %s', (header) => {
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
  ])('does not: %s', (header) => {
    expect(prefersStrictHandling(header)).toBe(false);
  });

  it('may be given in several lines', () => {
    expect(prefersStrictHandling(['respond-async', 'handling=strict'])).toBe(true);
  });
});
