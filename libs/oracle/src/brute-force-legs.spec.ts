import { legsByBruteForce, type ContactEventLike } from './brute-force-legs.js';

const event = (
  action: ContactEventLike['action'],
  actionTime: number,
  groupId: string,
  workerId = '',
  stated: Partial<ContactEventLike> = {},
): ContactEventLike => ({
  groupId,
  actionTime,
  action,
  workerId,
  customerId: '',
  channelType: '',
  ...stated,
});

const queued = event('queued', 10, 'sales', '', { customerId: 'Smith' });
const offered = event('offered', 14, 'sales', 'Ann', { channelType: 'CHATS' });
const answered = event('answered', 17, 'sales', 'Ann');
const transferred = event('transferred', 60, 'sales', 'Ann');
const queuedNext = event('queued', 60, 'billing');

describe('legs by brute force', () => {
  it('returns nothing without events', () => {
    expect(legsByBruteForce([])).toEqual({ legs: [], anomalies: [], excluded: false });
  });

  it('returns a leg and its figures', () => {
    const finished = event('finished', 60, 'sales', 'Ann');
    const wrapped = event('wrapped', 66, 'sales', 'Ann');
    expect(legsByBruteForce([wrapped, finished, queued, answered, offered, answered])).toEqual({
      legs: [
        {
          groupId: 'sales',
          received: 10,
          queuedKnown: true,
          outcome: 'processed',
          endedAs: 'finished',
          ended: 60,
          endedBy: 'Ann',
          answered: 17,
          answeredBy: 'Ann',
          waiting: 4,
          ring: 3,
          talk: 43,
          handling: 46,
          postProcessing: 6,
          customerId: 'Smith',
          channelType: 'CHATS',
          lastTouched: 66,
        },
      ],
      anomalies: [],
      excluded: false,
    });
  });

  it('ends a leg before the next begins in the same second, and assigns the wrap-up to the leg that its worker ended', () => {
    const { legs, anomalies } = legsByBruteForce([
      queued,
      answered,
      queuedNext,
      transferred,
      event('answered', 62, 'billing', 'Bob'),
      event('rested', 70, 'sales', 'Ann'),
    ]);
    expect(legs).toMatchObject([
      { groupId: 'sales', outcome: 'processed', endedAs: 'transferred', postProcessing: 10 },
      { groupId: 'billing', outcome: 'running', answered: 62, answeredBy: 'Bob' },
    ]);
    expect(anomalies).toEqual([]);
  });

  it('leaves a leg unended if another interrupts it', () => {
    const { legs, anomalies } = legsByBruteForce([queued, answered, queuedNext]);
    expect(legs).toMatchObject([
      { groupId: 'sales', outcome: 'unended', received: 10, answered: null, waiting: null },
      { groupId: 'billing', outcome: 'running' },
    ]);
    expect(anomalies).toEqual([
      { kind: 'lost_end', at: 60, action: 'queued', groupId: 'billing', workerId: '' },
    ]);
  });

  it('begins a leg without its queued, but not without any step that can begin one', () => {
    expect(legsByBruteForce([answered, transferred]).legs).toMatchObject([
      { received: 17, queuedKnown: false, waiting: 0, ring: 0, talk: 43 },
    ]);
    expect(legsByBruteForce([transferred])).toMatchObject({
      legs: [],
      anomalies: [{ kind: 'orphan_step', at: 60 }],
    });
  });

  it('infers a lost answer from the last offer, or else from the end', () => {
    expect(legsByBruteForce([queued, offered, transferred]).legs).toMatchObject([
      { answered: 14, answeredBy: 'Ann', ring: 0, talk: 46, handling: 46 },
    ]);
    expect(legsByBruteForce([queued, transferred]).legs).toMatchObject([
      { answered: 60, waiting: 50, talk: 0 },
    ]);
  });

  it('excludes a contact that a bot closed, unless an agent answered it', () => {
    const botClosed = event('bot_closed', 60, 'sales');
    expect(legsByBruteForce([queued, offered, botClosed])).toEqual({
      legs: [],
      anomalies: [],
      excluded: true,
    });
    expect(legsByBruteForce([queued, answered, botClosed]).legs).toMatchObject([
      { outcome: 'processed', endedAs: 'bot_closed', endedBy: 'Ann' },
    ]);
  });
});
