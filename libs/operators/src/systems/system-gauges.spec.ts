import type { SystemTotals } from '#store';
import { createMetrics, createProcessMetrics, expose, snapshotOf } from '#telemetry';
import { MAX_REST_MS, REST_FOR_WORK, SystemGauges } from './system-gauges.js';

const TOTALS: SystemTotals = {
  unaccountedEvents: 1,
  unreconciledSystems: 2,
  silentSystems: 3,
  unmappedAgents: 4,
};

/** A store that takes as long as it is told, by a clock that the test moves. */
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

describe('the gauges of systems', () => {
  it('show what the store says', async () => {
    const { gauges, shown } = gaugesOnStore();
    await gauges.refresh();
    expect(await shown()).toEqual([1, 2, 3, 4]);
  });

  it('are computed again only after a rest that is in proportion to the work', async () => {
    const { gauges, state } = gaugesOnStore();
    await gauges.refresh();
    state.at += 10 * REST_FOR_WORK - 1;
    await gauges.refresh();
    expect(state.asked).toBe(1);
    state.at += 1;
    await gauges.refresh();
    expect(state.asked).toBe(2);
  });

  it('rest for a minute at most', async () => {
    const { gauges, state } = gaugesOnStore();
    state.takesMs = MAX_REST_MS;
    await gauges.refresh();
    state.at += MAX_REST_MS;
    await gauges.refresh();
    expect(state.asked).toBe(2);
  });

  it('are computed once for all who ask at the same time', async () => {
    const { gauges, state } = gaugesOnStore();
    await Promise.all([gauges.refresh(), gauges.refresh()]);
    expect(state.asked).toBe(1);
  });

  it('are not numbers while the store does not answer', async () => {
    const { gauges, state, shown } = gaugesOnStore();
    await gauges.refresh();
    state.fails = true;
    state.at += MAX_REST_MS;
    await gauges.refresh();
    expect(await shown()).toEqual([NaN, NaN, NaN, NaN]);
  });
});
