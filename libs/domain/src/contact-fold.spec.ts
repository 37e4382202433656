import fc from 'fast-check';
import { legsByBruteForce } from '../../../apps/simulator/src/brute-force-legs.js';
import { CONTACT_ACTIONS, requiresWorker, type ContactStep } from './contact-event.js';
import { foldContact } from './contact-fold.js';
import { figuresOf } from './leg.js';
import { propertySeed } from './timeline.arbitrary.js';

const anyStep: fc.Arbitrary<ContactStep> = fc
  .record({
    groupId: fc.constantFrom('g', 'h'),
    actionTime: fc.integer({ min: 0, max: 8 }).map((n) => n * 1000),
    action: fc.constantFrom(...CONTACT_ACTIONS),
    workerId: fc.constantFrom('w', 'x'),
    customerId: fc.constantFrom('', 'c', 'd'),
    channelType: fc.constantFrom('', 'CHATS', 'MAILS'),
  })
  .map((step) => (requiresWorker(step.action) ? step : { ...step, workerId: '' }));
const anyContact = fc.array(anyStep, { maxLength: 20 });

const check = <T>(property: fc.IProperty<T>) => fc.assert(property, { seed: propertySeed, numRuns: 5_000 });

/** Steps as `answered g w 5`, at seconds; `-` for no worker. */
const given = (...facts: string[]): ContactStep[] =>
  facts.map((fact) => {
    const [action, groupId, worker, second] = fact.split(' ') as [
      ContactStep['action'],
      string,
      string,
      string,
    ];
    const workerId = worker === '-' ? '' : worker;
    return { action, groupId, workerId, actionTime: Number(second) * 1000, customerId: '', channelType: '' };
  });
const told = (steps: ContactStep[]) =>
  foldContact(steps).legs.map(
    (leg) => `${leg.groupId} ${leg.begin / 1000} ${leg.end.kind} ${leg.answer?.workerId ?? '-'}`,
  );
const reported = (steps: ContactStep[]) =>
  foldContact(steps).anomalies.map(({ kind, action, at }) => `${kind} ${action} ${at / 1000}`);

describe('the rules of legs', () => {
  it.each([
    [
      'an ordinary contact is one leg',
      [
        'queued g - 1',
        'offered g w 3',
        'answered g w 5',
        'finished g w 9',
        'wrapped g w 12',
        'rested g w 15',
      ],
      ['g 1 finished w'],
      [],
    ],
    [
      '1: a transfer and the next queueing in one second, even into the same group',
      ['queued g - 1', 'answered g w 2', 'transferred g w 5', 'queued g - 5', 'abandoned g - 9'],
      ['g 1 transferred w', 'g 5 abandoned -'],
      [],
    ],
    [
      '2: queueing while a leg runs means that its end was lost',
      ['queued g - 1', 'queued h - 5'],
      ['g 1 unended -', 'h 5 running -'],
      ['lost_end queued 5'],
    ],
    [
      '3: an answer without a queueing begins a leg',
      ['answered g w 4', 'finished g w 6'],
      ['g 4 finished w'],
      [],
    ],
    [
      '3: an answer of another group ends what ran',
      ['queued g - 1', 'answered h w 4'],
      ['g 1 unended -', 'h 4 running w'],
      ['lost_end answered 4'],
    ],
    ['4: an end without a leg is an orphan', ['finished g w 6'], [], ['orphan_step finished 6']],
    [
      '5: wrapping up belongs to the leg that its worker ended, while another runs',
      [
        'queued g - 1',
        'answered g w 2',
        'transferred g w 5',
        'queued h - 5',
        'answered h x 6',
        'wrapped g w 8',
      ],
      ['g 1 transferred w', 'h 5 running x'],
      [],
    ],
    ['a contact that a bot closed without an agent is nowhere', ['queued g - 1', 'bot_closed g - 5'], [], []],
    [
      'one that an agent had answered counts as finished',
      ['queued g - 1', 'answered g w 2', 'bot_closed g - 5'],
      ['g 1 bot_closed w'],
      [],
    ],
  ])('%s', (_rule, facts, legs, anomalies) => {
    expect(told(given(...facts))).toEqual(legs);
    expect(reported(given(...facts))).toEqual(anomalies);
  });

  it('gives the figures of a leg: waiting, ring, talk, handling and post-processing', () => {
    const steps = given(
      'queued g - 1',
      'offered g x 2',
      'offered g w 4',
      'answered g w 7',
      'held g w 8',
      'resumed g w 9',
      'finished g w 20',
      'wrapped g w 25',
      'rested g w 30',
    );
    const [leg] = foldContact(steps).legs;
    expect(figuresOf(leg!)).toEqual({
      outcome: 'processed',
      received: 1_000,
      answered: 7_000,
      waiting: 1_000,
      ring: 3_000,
      talk: 13_000,
      handling: 16_000,
      postProcessing: 10_000,
    });
  });
});

describe(`the fold of any contact (seed ${propertySeed})`, () => {
  it('is the same for every order and repetition of the arrivals', () => {
    const anyArrival = anyContact.chain((steps) =>
      fc.tuple(
        fc.constant(steps),
        fc.shuffledSubarray(steps, { minLength: steps.length }),
        fc.subarray(steps),
      ),
    );
    check(
      fc.property(anyArrival, ([steps, shuffled, repeats]) => {
        expect(foldContact([...shuffled, ...repeats])).toEqual(foldContact(steps));
      }),
    );
  });

  it('has one running leg at most, the last', () => {
    check(
      fc.property(anyContact, (steps) => {
        const kinds = foldContact(steps).legs.map(({ end }) => end.kind);
        expect(kinds.slice(0, -1)).not.toContain('running');
      }),
    );
  });

  it('equals the brute force, in legs, figures and anomalies', () => {
    check(
      fc.property(anyContact, (steps) => {
        const fold = foldContact(steps);
        const expected = legsByBruteForce(steps);
        expect(fold.excluded).toBe(expected.excluded);
        expect(fold.anomalies).toEqual(expected.anomalies);
        expect(fold.legs).toHaveLength(expected.legs.length);
        for (const [index, leg] of fold.legs.entries()) {
          const { outcome, received, waiting, talk, handling, postProcessing } = figuresOf(leg);
          const brute = expected.legs[index]!;
          expect({ outcome, received, waiting, talk, handling, postProcessing }).toEqual({
            outcome: brute.outcome,
            received: brute.received,
            waiting: brute.waiting,
            talk: brute.talk,
            handling: brute.handling,
            postProcessing: brute.postProcessing,
          });
          expect([leg.customerId, leg.channelType]).toEqual([brute.customerId, brute.channelType]);
        }
      }),
    );
  });
});
