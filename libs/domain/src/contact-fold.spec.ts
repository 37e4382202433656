import fc from 'fast-check';
import { legsByBruteForce } from '../../oracle/src/brute-force-legs.js';
import { CONTACT_ACTIONS, requiresWorker, type ContactStep } from './contact-event.js';
import { foldContact, type ContactFold } from './contact-fold.js';
import { anyContact as anyTangledContact } from './contact.arbitrary.js';
import { step } from './contact.fixture.js';
import { figuresOf, legKey, type Leg } from './leg.js';
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
const summaryOf = (steps: ContactStep[]) =>
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
      '2: queueing while a leg is running means that the end of that leg was lost',
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
      '3: an answer in another group leaves the running leg unended',
      ['queued g - 1', 'answered h w 4'],
      ['g 1 unended -', 'h 4 running w'],
      ['lost_end answered 4'],
    ],
    ['4: an end without a leg is an orphan', ['finished g w 6'], [], ['orphan_step finished 6']],
    [
      '5: wrapping up belongs to the leg that its worker ended, even while another is running',
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
    [
      'a contact that a bot closed without an agent has no legs',
      ['queued g - 1', 'bot_closed g - 5'],
      [],
      [],
    ],
    [
      'a contact that a bot closed after an agent answered counts as finished',
      ['queued g - 1', 'answered g w 2', 'bot_closed g - 5'],
      ['g 1 bot_closed w'],
      [],
    ],
  ])('%s', (_rule, facts, legs, anomalies) => {
    expect(summaryOf(given(...facts))).toEqual(legs);
    expect(reported(given(...facts))).toEqual(anomalies);
  });

  it('yield the figures of a leg: waiting, ring, talk, handling and post-processing', () => {
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

  it('has at most one running leg, which is the last', () => {
    check(
      fc.property(anyContact, (steps) => {
        const kinds = foldContact(steps).legs.map(({ end }) => end.kind);
        expect(kinds.slice(0, -1)).not.toContain('running');
      }),
    );
  });

  it('equals the oracle in legs, figures and anomalies', () => {
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

const fold = (...steps: ContactStep[]): ContactFold => foldContact(steps);

/** A leg in short: its group, its begin and end in seconds, and how it ended. */
const inShort = ({ groupId, begin, end }: Leg) =>
  'at' in end
    ? `${groupId} ${begin / 1000}-${end.at / 1000} ${end.kind}`
    : `${groupId} ${begin / 1000}- ${end.kind}`;
const legsOf = (...steps: ContactStep[]) => fold(...steps).legs.map(inShort);
const anomaliesOf = (...steps: ContactStep[]) =>
  fold(...steps).anomalies.map(
    ({ kind, at, action, groupId }) => `${kind} ${at / 1000} ${action} ${groupId}`,
  );

const queued = step('queued', 10, 'G1');
const offered = step('offered', 12, 'G1', 'A');
const answered = step('answered', 15, 'G1', 'A');
const finished = step('finished', 60, 'G1', 'A');

describe('the legs of a contact', () => {
  it('do not exist without steps', () => {
    expect(fold()).toEqual({ legs: [], anomalies: [], excluded: false });
  });

  it('are a single one if nothing was lost', () => {
    const wrapped = step('wrapped', 70, 'G1', 'A');
    const rested = step('rested', 75, 'G1', 'A');
    expect(fold(queued, offered, answered, finished, wrapped, rested)).toEqual({
      legs: [
        {
          begin: 10_000,
          groupId: 'G1',
          begunBy: 'queued',
          begunByWorker: '',
          firstOffered: 12_000,
          answer: { at: 15_000, workerId: 'A', offeredAt: 12_000, inferred: false },
          end: { kind: 'finished', at: 60_000, by: 'A' },
          wrapped: 70_000,
          rested: 75_000,
          customerId: '',
          channelType: '',
          lastTouched: 75_000,
        },
      ],
      anomalies: [],
      excluded: false,
    });
  });

  describe('rule 1: the ending of the leg that was running comes first', () => {
    const transferred = step('transferred', 60, 'G1', 'A');

    it('when a contact is transferred and queued again within one second', () => {
      const steps = [queued, answered, step('queued', 60, 'G2'), transferred];
      expect(legsOf(...steps)).toEqual(['G1 10-60 transferred', 'G2 60- running']);
      expect(anomaliesOf(...steps)).toEqual([]);
    });

    it('even if it is queued to the same group', () => {
      expect(legsOf(queued, answered, step('queued', 60, 'G1'), transferred)).toEqual([
        'G1 10-60 transferred',
        'G1 60- running',
      ]);
    });

    it('but only one ending, so that the next leg can end in the same second', () => {
      const steps = [queued, transferred, step('queued', 60, 'G1'), step('abandoned', 60, 'G1')];
      expect(legsOf(...steps)).toEqual(['G1 10-60 transferred', 'G1 60-60 abandoned']);
    });

    it('but not if it belongs to another group', () => {
      const steps = [queued, step('queued', 60, 'G2'), step('transferred', 60, 'G2', 'A')];
      expect(legsOf(...steps)).toEqual(['G1 10- unended', 'G2 60-60 transferred']);
    });

    it('but not if the leg itself began in that second', () => {
      const steps = [queued, step('answered', 10, 'G1', 'A'), step('finished', 10, 'G1', 'A')];
      expect(legsOf(...steps)).toEqual(['G1 10-10 finished']);
    });
  });

  describe('rule 2: queued begins a leg', () => {
    it('and leaves a leg that is still running unended', () => {
      const steps = [queued, answered, step('queued', 50, 'G2'), step('abandoned', 55, 'G2')];
      expect(legsOf(...steps)).toEqual(['G1 10- unended', 'G2 50-55 abandoned']);
      expect(anomaliesOf(...steps)).toEqual(['lost_end 50 queued G2']);
    });

    it('even if that leg is in the same group', () => {
      expect(legsOf(queued, step('queued', 50, 'G1'))).toEqual(['G1 10- unended', 'G1 50- running']);
    });
  });

  describe('rule 3: a step that reveals a lost queued begins a leg', () => {
    it.each([
      ['offered', 'G1 12-60 finished', [offered, answered, finished]],
      ['answered', 'G1 15-60 finished', [answered, finished]],
      ['abandoned', 'G1 20-20 abandoned', [step('abandoned', 20, 'G1')]],
    ] as const)('%s', (begunBy, leg, steps) => {
      expect(legsOf(...steps)).toEqual([leg]);
      expect(fold(...steps).legs[0]).toMatchObject({ begunBy });
      expect(anomaliesOf(...steps)).toEqual([]);
    });

    it('and leaves a leg in another group unended', () => {
      const steps = [queued, step('answered', 20, 'G2', 'B')];
      expect(legsOf(...steps)).toEqual(['G1 10- unended', 'G2 20- running']);
      expect(anomaliesOf(...steps)).toEqual(['lost_end 20 answered G2']);
    });

    it('until the queued arrives after all', () => {
      expect(legsOf(offered, answered, queued)).toEqual(['G1 10- running']);
    });
  });

  describe('rule 4: a step from the middle or the end of a leg begins nothing', () => {
    it.each([
      step('held', 20, 'G1', 'A'),
      step('resumed', 20, 'G1', 'A'),
      step('finished', 20, 'G1', 'A'),
      step('transferred', 20, 'G1', 'A'),
      step('bot_closed', 20, 'G1'),
    ])('$action', (orphan) => {
      expect(legsOf(orphan)).toEqual([]);
      expect(anomaliesOf(orphan)).toEqual([`orphan_step 20 ${orphan.action} G1`]);
    });

    it('and does not end a leg in another group', () => {
      const orphan = step('finished', 20, 'G2', 'A');
      expect(legsOf(queued, orphan)).toEqual(['G1 10- running']);
      expect(anomaliesOf(queued, orphan)).toEqual(['orphan_step 20 finished G2']);
    });

    it('and is an orphan after the end of its leg', () => {
      expect(anomaliesOf(queued, answered, finished, step('held', 70, 'G1', 'A'))).toEqual([
        'orphan_step 70 held G1',
      ]);
    });
  });

  describe('rule 5: what follows the talk belongs to the latest leg that its worker ended', () => {
    const twoLegs = [
      queued,
      answered,
      step('transferred', 60, 'G1', 'A'),
      step('queued', 60, 'G2'),
      step('answered', 62, 'G2', 'B'),
    ];

    it('even while another leg is running', () => {
      const { legs, anomalies } = fold(
        ...twoLegs,
        step('wrapped', 80, 'G1', 'A'),
        step('rested', 90, 'G1', 'A'),
      );
      expect(legs.map(inShort)).toEqual(['G1 10-60 transferred', 'G2 60- running']);
      expect(legs[0]).toMatchObject({ wrapped: 80_000, rested: 90_000, lastTouched: 90_000 });
      expect(legs[1]).toMatchObject({ wrapped: null, rested: null, lastTouched: 62_000 });
      expect(anomalies).toEqual([]);
    });

    it('even after another worker ended another leg', () => {
      const { legs } = fold(...twoLegs, step('finished', 70, 'G2', 'B'), step('wrapped', 80, 'G1', 'A'));
      expect(legs.map(({ wrapped }) => wrapped)).toEqual([80_000, null]);
    });

    it('and is an orphan if the worker ended none', () => {
      expect(anomaliesOf(queued, answered, step('wrapped', 20, 'G1', 'A'))).toEqual([
        'orphan_step 20 wrapped G1',
      ]);
    });

    it('or that its worker answered, if the ending does not state a worker', () => {
      const { legs } = fold(queued, answered, step('bot_closed', 60, 'G1'), step('rested', 70, 'G1', 'A'));
      expect(legs[0]).toMatchObject({ end: { kind: 'bot_closed', by: 'A' }, rested: 70_000 });
    });
  });

  describe('of a contact that a bot closed', () => {
    const botClosed = step('bot_closed', 60, 'G1');

    it('do not exist if no agent answered', () => {
      expect(fold(queued, offered, botClosed)).toEqual({ legs: [], anomalies: [], excluded: true });
      expect(fold(queued, step('transferred', 20, 'G0', 'A'), botClosed)).toMatchObject({
        legs: [],
        excluded: true,
      });
    });

    it('are processed if an agent answered', () => {
      const { legs, excluded } = fold(queued, answered, botClosed);
      expect(legs.map(inShort)).toEqual(['G1 10-60 bot_closed']);
      expect(excluded).toBe(false);
    });

    it.each([
      ['on an earlier leg', [step('queued', 1, 'G0'), step('answered', 2, 'G0', 'A'), queued, botClosed]],
      ['whose answer was lost', [step('queued', 1, 'G0'), step('finished', 5, 'G0', 'A'), queued, botClosed]],
      ['on a later leg', [queued, botClosed, step('queued', 61, 'G2'), step('answered', 65, 'G2', 'A')]],
    ])('are kept if one did %s', (_, steps) => {
      expect(fold(...steps)).toMatchObject({ excluded: false });
      expect(fold(...steps).legs).toHaveLength(2);
    });

    it('are kept if the bot closed it after the end', () => {
      const { legs, excluded, anomalies } = fold(queued, step('abandoned', 50, 'G1'), botClosed);
      expect(legs.map(inShort)).toEqual(['G1 10-50 abandoned']);
      expect(excluded).toBe(false);
      expect(anomalies).toHaveLength(1);
    });
  });

  describe('state a customer and a channel', () => {
    it('from the first step that states one, separately for each', () => {
      const [leg] = fold(
        queued,
        step('offered', 12, 'G1', 'A', { channelType: 'CHATS' }),
        step('answered', 15, 'G1', 'A', { customerId: 'c2', channelType: 'MAIL' }),
        step('finished', 60, 'G1', 'A', { customerId: 'c1' }),
      ).legs;
      expect(leg).toMatchObject({ customerId: 'c2', channelType: 'CHATS' });
    });

    it('the smallest if two steps of one action and instant disagree, regardless of their workers', () => {
      const [leg] = fold(
        queued,
        step('answered', 15, 'G1', 'A', { customerId: '\u{1f600}' }),
        step('answered', 15, 'G1', 'B', { customerId: '\uff5e' }),
      ).legs;
      expect(leg).toMatchObject({ customerId: '\uff5e', answer: { workerId: 'A' } });
    });

    it('in the order of actions even if the ending was processed first', () => {
      const [leg] = fold(
        queued,
        answered,
        step('bot_closed', 60, 'G1', '', { customerId: 'c1' }),
        step('wrapped', 60, 'G1', 'A', { customerId: 'c2' }),
      ).legs;
      expect(leg).toMatchObject({ customerId: 'c2' });
    });

    it('from their own steps only', () => {
      const { legs } = fold(
        step('queued', 1, 'G1', '', { customerId: 'c1' }),
        step('transferred', 2, 'G1', 'A'),
        step('queued', 2, 'G2'),
      );
      expect(legs.map(({ customerId }) => customerId)).toEqual(['c1', '']);
    });
  });

  it('keep their identity when earlier events arrive late', () => {
    const before = fold(queued, answered, finished).legs.map(legKey);
    const after = fold(step('queued', 1, 'G1'), step('abandoned', 5, 'G1'), queued, answered, finished).legs;
    expect(after.map(legKey)).toEqual([expect.anything(), ...before]);
  });
});

describe(`the fold of any tangled contact (seed ${propertySeed})`, () => {
  const run = (property: fc.IProperty<[ContactStep[]]>, numRuns: number) =>
    fc.assert(property, { seed: propertySeed, numRuns });

  it('equals the oracle in every field', () => {
    run(
      fc.property(anyTangledContact, (steps) => {
        const { legs, anomalies, excluded } = foldContact(steps);
        expect({ legs: legs.map(asTheOracleSays), anomalies, excluded }).toEqual(legsByBruteForce(steps));
      }),
      6_000,
    );
  });

  it('can be followed batch by batch by a store that is keyed by leg', () => {
    fc.assert(
      fc.property(fc.array(anyTangledContact, { maxLength: 5 }), (batches) => {
        const stored = new Map<string, Leg>();
        const arrived: ContactStep[] = [];
        for (const batch of batches) {
          arrived.push(...batch);
          const current = new Map(foldContact(arrived).legs.map((leg) => [legKey(leg), leg]));
          for (const key of stored.keys()) if (!current.has(key)) stored.delete(key);
          for (const [key, leg] of current) stored.set(key, leg);
        }
        const { legs } = foldContact(batches.flat());
        const byKey = (a: Leg, b: Leg) => (legKey(a) < legKey(b) ? -1 : 1);
        expect([...stored.values()].sort(byKey)).toEqual([...legs].sort(byKey));
      }),
      { seed: propertySeed, numRuns: 500 },
    );
  });

  it('has neither two legs nor two anomalies with the same identity', () => {
    run(
      fc.property(anyTangledContact, (steps) => {
        const { legs, anomalies } = foldContact(steps);
        expect(new Set(legs.map(legKey)).size).toBe(legs.length);
        expect(new Set(anomalies.map((anomaly) => JSON.stringify(anomaly))).size).toBe(anomalies.length);
      }),
      2_000,
    );
  });

  it('contains a leg for every queued, and an anomaly for every leg whose end was lost', () => {
    run(
      fc.property(anyTangledContact, (steps) => {
        const { legs, anomalies, excluded } = foldContact(steps);
        if (excluded) return;
        const queuedSteps = steps.filter(({ action }) => action === 'queued');
        const identities = new Set(queuedSteps.map((s) => `${s.actionTime} ${s.groupId} ${s.workerId}`));
        expect(legs.filter(({ begunBy }) => begunBy === 'queued')).toHaveLength(identities.size);
        expect(legs.filter(({ end }) => end.kind === 'unended')).toHaveLength(
          anomalies.filter(({ kind }) => kind === 'lost_end').length,
        );
      }),
      2_000,
    );
  });
});

function asTheOracleSays(leg: Leg): ReturnType<typeof legsByBruteForce>['legs'][number] {
  const { outcome, ...figures } = figuresOf(leg);
  const known = 'at' in leg.end ? leg.end : { kind: null, at: null, by: '' };
  return {
    groupId: leg.groupId,
    queuedKnown: leg.begunBy === 'queued',
    outcome,
    endedAs: known.kind,
    ended: known.at,
    endedBy: known.by,
    answeredBy: outcome === 'unended' ? '' : (leg.answer?.workerId ?? ''),
    customerId: leg.customerId,
    channelType: leg.channelType,
    lastTouched: leg.lastTouched,
    ...figures,
  };
}
