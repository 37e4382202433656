import fc from 'fast-check';
import type { ContactStep } from './contact-event.js';
import { foldContact } from './contact-fold.js';
import { anyContact } from './contact.arbitrary.js';
import { step } from './contact.fixture.js';
import { figuresOf, type LegFigures } from './leg.js';
import { propertySeed } from './timeline.arbitrary.js';

/** The figures of the only leg of these steps, with times in seconds since the epoch like those of {@link step}. */
function figures(...steps: ContactStep[]): LegFigures {
  const { legs } = foldContact(steps);
  expect(legs).toHaveLength(1);
  return figuresOf(legs[0]!);
}

const queued = step('queued', 10, 'G1');
const offered = step('offered', 14, 'G1', 'A');
const answered = step('answered', 17, 'G1', 'A');
const finished = step('finished', 60, 'G1', 'A');

describe('the figures of a leg', () => {
  it('are complete if nothing was lost', () => {
    expect(figures(queued, offered, answered, finished, step('wrapped', 65, 'G1', 'A'))).toEqual({
      outcome: 'processed',
      received: 10_000,
      answered: 17_000,
      waiting: 4_000,
      ring: 3_000,
      talk: 43_000,
      handling: 46_000,
      postProcessing: 5_000,
    });
  });

  it.each([
    ['processed', finished],
    ['processed', step('transferred', 60, 'G1', 'A')],
    ['processed', step('bot_closed', 60, 'G1')],
    ['missed', step('abandoned', 60, 'G1')],
    ['running', step('held', 60, 'G1', 'A')],
  ] as const)('call it %s', (outcome, last) => {
    expect(figures(queued, answered, last)).toMatchObject({ outcome });
  });

  it('count it as received and nothing else if its end was lost', () => {
    const [unended] = foldContact([queued, offered, answered, step('queued', 70, 'G2')]).legs;
    expect(figuresOf(unended!)).toEqual({
      outcome: 'unended',
      received: 10_000,
      answered: null,
      waiting: null,
      ring: null,
      talk: null,
      handling: null,
      postProcessing: null,
    });
  });

  describe('answered', () => {
    it('is the first answer', () => {
      expect(figures(queued, answered, step('answered', 30, 'G1', 'B'), finished)).toMatchObject({
        answered: 17_000,
        talk: 43_000,
      });
    });

    it('is the last offer if the answer was lost', () => {
      expect(figures(queued, offered, step('offered', 20, 'G1', 'A'), finished)).toMatchObject({
        answered: 20_000,
        ring: 0,
        talk: 40_000,
        handling: 40_000,
      });
    });

    it('is the end of the talk if the offer was lost, too', () => {
      expect(figures(queued, finished)).toMatchObject({
        answered: 60_000,
        waiting: 50_000,
        talk: 0,
        handling: 0,
      });
    });

    it('is not inferred for a leg that was missed', () => {
      expect(figures(queued, offered, step('abandoned', 60, 'G1'))).toMatchObject({
        answered: null,
        ring: null,
      });
    });
  });

  describe('ring', () => {
    it('begins with the last offer to the agent who answered', () => {
      expect(
        figures(
          queued,
          offered,
          step('offered', 15, 'G1', 'A'),
          step('offered', 16, 'G1', 'B'),
          answered,
          finished,
        ),
      ).toMatchObject({ ring: 2_000, waiting: 4_000, handling: 45_000 });
    });

    it('does not begin with an offer after the answer', () => {
      expect(figures(queued, offered, answered, step('offered', 30, 'G1', 'A'), finished)).toMatchObject({
        ring: 3_000,
        handling: 46_000,
      });
    });

    it('is 0 if that offer was lost', () => {
      expect(figures(queued, step('offered', 14, 'G1', 'B'), answered, finished)).toMatchObject({
        ring: 0,
        handling: 43_000,
      });
    });
  });

  describe('waiting', () => {
    it('ends with the abandonment of a leg that was never offered', () => {
      expect(figures(queued, step('abandoned', 60, 'G1'))).toMatchObject({ waiting: 50_000, talk: null });
    });

    it('has not ended while the contact is in the queue', () => {
      expect(figures(queued)).toMatchObject({ outcome: 'running', waiting: null, answered: null });
    });

    it.each([
      ['offered', [offered, answered, finished]],
      ['answered', [answered, finished]],
      ['abandoned', [step('abandoned', 60, 'G1')]],
    ])('is 0 if queued was lost and %s begins the leg', (_, steps) => {
      expect(figures(...steps)).toMatchObject({ waiting: 0 });
    });
  });

  describe('post-processing', () => {
    it('ends with the last of wrapped and rested', () => {
      const leg = [
        queued,
        answered,
        finished,
        step('wrapped', 63, 'G1', 'A'),
        step('wrapped', 66, 'G1', 'A'),
      ];
      expect(figures(...leg)).toMatchObject({ postProcessing: 6_000 });
      expect(figures(...leg, step('rested', 64, 'G1', 'A'))).toMatchObject({ postProcessing: 6_000 });
      expect(figures(...leg, step('rested', 70, 'G1', 'A'))).toMatchObject({ postProcessing: 10_000 });
    });

    it('is 0 without either', () => {
      expect(figures(queued, answered, finished)).toMatchObject({ postProcessing: 0 });
    });
  });

  it(`are never negative, and handling is ring plus talk (seed ${propertySeed})`, () => {
    fc.assert(
      fc.property(anyContact, (steps) => {
        for (const {
          outcome,
          received,
          answered: at,
          waiting,
          ring,
          talk,
          handling,
          postProcessing,
        } of foldContact(steps).legs.map(figuresOf)) {
          for (const duration of [waiting, ring, talk, handling, postProcessing]) {
            expect(duration ?? 0).toBeGreaterThanOrEqual(0);
          }
          expect(at ?? received).toBeGreaterThanOrEqual(received);
          if (outcome === 'processed') expect(handling).toBe(ring! + talk!);
        }
      }),
      { seed: propertySeed, numRuns: 1_000 },
    );
  });
});
