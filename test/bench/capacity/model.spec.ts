import fc from 'fast-check';
import { ASSUMPTIONS, CACHED_TIMELINES, MAX_PARTITIONS, plan, type Costs, type Plan } from './model.js';

const both = (status: number, contact = status) => ({ status, contact });

/** Round figures, so that the results can be calculated by hand. */
const COSTS: Costs = {
  receiverUsPosted: 72,
  receiverUsUploaded: 10,
  projectorUs: both(36, 72),
  storeUs: both(18, 36),
  logBytes: both(200, 250),
  logBytesCompressed: both(20, 25),
  storeBytes: both(30, 60),
  cachedTimelineBytes: 10_000,
  queryUsPerInterval: 0,
  storeUsPerInterval: 0,
  queryUsPerPresentAgent: 0,
  storeUsPerPresentAgent: 0,
  queryUsPerOnlineGroup: 0,
  storeUsPerOnlineGroup: 0,
};

describe('the capacity plan', () => {
  it('matches a calculation by hand: 72 000 agents with 200 and 300 events a day in 8 hours, twice that at the peak', () => {
    const { eventsPerDay, peakEventsPerSecond, receiverCores, projectorCores, storeCores } = plan(
      72_000,
      COSTS,
    );
    expect(eventsPerDay).toBe(36_000_000);
    expect(peakEventsPerSecond).toBeCloseTo(2_500);
    expect(receiverCores).toBeCloseTo(0.18);
    expect(projectorCores).toBeCloseTo(1_000 * 36e-6 + 1_500 * 72e-6);
    expect(storeCores).toBeCloseTo(1_000 * 18e-6 + 1_500 * 36e-6);
  });

  it('has disks for all copies of all days, filled up to the target', () => {
    const { logTb, logTbCompressed, storeTb } = plan(1_000_000, COSTS);
    const copies = (400 * 3) / 0.6 / 1e12;
    expect(logTb).toBeCloseTo((200e6 * 200 + 300e6 * 250) * copies);
    expect(logTbCompressed).toBeCloseTo(logTb / 10);
    expect(storeTb).toBeCloseTo((200e6 * 30 + 300e6 * 60) * copies);
  });

  it('includes queries: all intervals once a day, online queries all the time', () => {
    const asked: Costs = {
      ...COSTS,
      queryUsPerInterval: 864,
      storeUsPerInterval: 0,
      queryUsPerPresentAgent: 15,
      storeUsPerPresentAgent: 30,
      queryUsPerOnlineGroup: 300,
      storeUsPerOnlineGroup: 600,
    };
    const { queryCores, storeCores } = plan(1_000_000, asked);
    expect(queryCores).toBeCloseTo(1 + 1 + 1);
    expect(storeCores - plan(1_000_000, COSTS).storeCores).toBeCloseTo(2 + 2);
  });

  it('has at least two of everything and a dozen partitions', () => {
    const least = plan(1, COSTS);
    expect(least).toMatchObject({ receivers: 2, projectors: 2, partitions: 12, shards: 1, installations: 1 });
  });

  it('has at most 500 partitions, and several installations for more projectors than that', () => {
    const cost = (projectors: number): Costs => ({
      ...COSTS,
      // With 36 000 agents: 500 status events a second at the peak, and no others.
      projectorUs: { status: (projectors * 0.6 * 1e6) / 500, contact: 0 },
    });
    expect(plan(36_000, cost(499.9))).toMatchObject({ projectors: 500, partitions: 500, installations: 1 });
    expect(plan(36_000, cost(500.1))).toMatchObject({ projectors: 501, partitions: 500, installations: 2 });
    expect(plan(36_000, cost(5.9))).toMatchObject({ projectors: 6, partitions: 12 });
    expect(plan(36_000, cost(6.1))).toMatchObject({ projectors: 7, partitions: 24 });
    expect(MAX_PARTITIONS).toBe(500);
  });

  it('adds a shard as soon as the cores or the disk of one are used up', () => {
    const busy = (cores: number): Costs => ({
      ...COSTS,
      storeUs: { status: (cores * 1e6) / 500, contact: 0 },
    });
    expect(plan(36_000, busy(9.59)).shards).toBe(1);
    expect(plan(36_000, busy(9.61)).shards).toBe(2);
    const full = (tb: number): Costs => ({
      ...COSTS,
      storeUs: both(0),
      storeBytes: { status: (tb * 1e12 * 0.6) / (36_000 * 200 * 400), contact: 0 },
    });
    expect(plan(36_000, full(7.9)).shards).toBe(1);
    expect(plan(36_000, full(8.1)).shards).toBe(2);
  });

  it('has the number of projectors that cache all timelines', () => {
    expect(plan(CACHED_TIMELINES * 3, COSTS).projectorsForAllTimelines).toBe(3);
    expect(plan(CACHED_TIMELINES * 3 + 1, COSTS).projectorsForAllTimelines).toBe(4);
    expect(plan(CACHED_TIMELINES * 24, COSTS).partitions).toBe(24);
    expect(plan(CACHED_TIMELINES * 24 + 1, COSTS).partitions).toBe(36);
  });

  it('never shrinks when there are more agents, events, days or copies', () => {
    const grown = fc.constantFrom(
      'statusChangesPerAgentDay',
      'contactsPerAgentDay',
      'peakFactor',
      'retentionDays',
      'replicationFactor',
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        grown,
        (agents, more, name) => {
          const before = plan(agents, COSTS);
          const withMore = { ...ASSUMPTIONS, [name]: ASSUMPTIONS[name] + 1 };
          expectNoLess(plan(agents + more, COSTS), before);
          expectNoLess(plan(agents, COSTS, withMore), before);
        },
      ),
    );
  });
});

function expectNoLess(one: Plan, other: Plan): void {
  for (const name of Object.keys(other) as (keyof Plan)[])
    expect(one[name]).toBeGreaterThanOrEqual(other[name]);
}
