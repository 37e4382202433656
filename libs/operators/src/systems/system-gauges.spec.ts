import type { SystemTotals } from '#store';
import { createMetrics, createProcessMetrics, expose, snapshotOf } from '#telemetry';
import { MAX_REST_MS, REST_FOR_WORK, SystemGauges } from './system-gauges.js';

const TOTALS: SystemTotals = {
  unaccountedEvents: 1,
  unreconciledSystems: 2,
  silentSystems: 3,
  unmappedAgents: 4,
};

/** A store whose answers take a given time, by a clock that the test moves. */
function gaugesOnStore() {
  const metrics = createMetrics();
  const state = { at: 0, takesMs: 10, asked: 0, fails: false };
  const totals = async () => {
    state.asked++;
    await Promise.resolve();
    state.at += state.takesMs;
    if (state.fails) throw new Error('the store is away');
    return TOTALS;
  };
  const gauges = new SystemGauges(
    { totals },
    metrics,
    () => 0,
    () => state.at,
  );
  const shown = async () => {
    const { text } = await expose(createProcessMetrics(), [await snapshotOf(metrics)]);
    const names = ['unaccounted_events', 'unreconciled_systems', 'silent_systems', 'unmapped_agents'];
    return names.map((name) => Number(new RegExp(`^wfm_${name} (.*)$`, 'm').exec(text)![1]));
  };
  return { gauges, state, shown };
}

describe('SystemGauges', () => {
  it('shows the totals of the store', async () => {
    const { gauges, shown } = gaugesOnStore();
    await gauges.refresh();
    expect(await shown()).toEqual([1, 2, 3, 4]);
  });

  it('queries again only after a rest in proportion to the work', async () => {
    const { gauges, state } = gaugesOnStore();
    await gauges.refresh();
    state.at += 10 * REST_FOR_WORK - 1;
    await gauges.refresh();
    expect(state.asked).toBe(1);
    state.at += 1;
    await gauges.refresh();
    expect(state.asked).toBe(2);
  });

  it('rests for a minute at most', async () => {
    const { gauges, state } = gaugesOnStore();
    state.takesMs = MAX_REST_MS;
    await gauges.refresh();
    state.at += MAX_REST_MS;
    await gauges.refresh();
    expect(state.asked).toBe(2);
  });

  it('queries once for concurrent refreshes', async () => {
    const { gauges, state } = gaugesOnStore();
    await Promise.all([gauges.refresh(), gauges.refresh()]);
    expect(state.asked).toBe(1);
  });

  it('shows NaN while the store does not answer', async () => {
    const { gauges, state, shown } = gaugesOnStore();
    await gauges.refresh();
    state.fails = true;
    state.at += MAX_REST_MS;
    await gauges.refresh();
    expect(await shown()).toEqual([NaN, NaN, NaN, NaN]);
  });
});
