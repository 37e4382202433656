import fc from 'fast-check';
import { timelineKey, type StatusEvent } from '#domain';
import { encodeStatusRecord, Topic } from '#event-log';
import { EmbeddedEventLog } from '../../event-log/src/embedded/embedded-event-log.js';
import {
  audit,
  ClickHouseProjectionStore,
  migrate,
  StoreConnection,
  type Difference,
  type ProjectionStore,
} from '#store';
import { createLogger, createMetrics } from '#telemetry';
import { pairByBruteForce } from '../../oracle/src/brute-force-pairing.js';
import {
  removeTemporaryDirectories,
  temporaryDirectory,
} from '../../../test/support/processes/standalone-process.js';
import { storeIn } from '../../../test/support/store/store-under-test.js';
import { anyStatusEvent } from '../../../test/support/data/status-event.arbitrary.js';
import { createProjectors } from './create-projectors.js';
import type { Projector } from './runner/projector.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const stateMaxAgeMs = 12 * 3_600_000;
const EVENTS = 6_000;

describe(`the projector on a real log and a real store (seed ${seed})`, () => {
  const directory = temporaryDirectory();
  const metrics = createMetrics();
  const log = new EmbeddedEventLog({ directory: `${directory}/log` });
  const settings = storeIn(directory);
  const { database } = settings;
  const connection = StoreConnection.open(settings);
  const store = new ClickHouseProjectionStore(connection, database);
  const origin = Date.now() - 320 * 86_400_000;
  const events = fc.sample(anyStatusEvent(150, { origin }), { seed, numRuns: EVENTS });
  const running: Projector[] = [];

  const start = async (onto: ProjectionStore = store) => {
    const projectors = createProjectors({
      log,
      store: onto,
      rules: { stateMaxAgeMs },
      metrics,
      logger: createLogger('silent'),
    });
    for (const projector of projectors) await projector.start();
    running.push(...projectors);
    return projectors;
  };
  const stop = async () => {
    for (const projector of running.splice(0)) await projector.stop();
  };
  const append = async (some: readonly StatusEvent[]) => {
    const receivedAt = Date.now();
    await log.append(
      Topic.status,
      some.map((event) => encodeStatusRecord({ event, receivedAt })),
    );
  };
  const auditAll = async (): Promise<Difference[]> => {
    const differences: Difference[] = [];
    for await (const part of audit(connection, { database, stateMaxAgeMs, eventsPerPart: 2_000 })) {
      differences.push(...part.differences);
    }
    return differences;
  };

  beforeAll(async () => {
    await migrate(connection, { database, retentionDays: 400 });
  });

  afterAll(async () => {
    await stop();
    await log.close();
    await connection.close();
    removeTemporaryDirectories();
  });

  it('keeps the store equal to the fold through restarts and failing writes', async () => {
    for (let from = 0; from < EVENTS; from += 1_500) {
      await append(events.slice(from, from + 1_500));
      const flaky = failingOnce(store, from % 4);
      for (const projector of await start(flaky)) expect(await projector.drain(60_000)).toBe(true);
      await stop();
    }
    const rows = await connection.rows<[string, string, number, number | null, string, string, string]>(
      `SELECT worker_id, group_id, toUnixTimestamp64Milli(start), toUnixTimestamp64Milli(end),
              toString(state_code), toString(state_name), toString(ended_by)
       FROM ${database}.state_intervals FINAL`,
    );
    const stored = rows.map((row) => JSON.stringify(row)).sort();
    expect(stored).toEqual(expectedRows(events).sort());
  });

  it('agrees with the pairing in SQL', async () => {
    expect(await auditAll()).toEqual([]);
  });

  it('accounts for every record', async () => {
    const [stored] = await connection.rows<[number]>(`SELECT count() FROM ${database}.status_events FINAL`);
    const [projector] = await start();
    await projector!.refreshLagMetrics();
    const counts = await metrics.eventsProjected.get();
    const counted = (outcome: string) =>
      counts.values
        .filter(({ labels }) => labels['type'] === 'status' && labels['outcome'] === outcome)
        .reduce((sum, { value }) => sum + value, 0);
    const kept = await log.join('statusledger-projector', Topic.status);
    const accounts = (await kept.positions()).map(
      ({ metadata }) => JSON.parse(metadata) as Record<string, number>,
    );
    const total = (name: string) => accounts.reduce((sum, account) => sum + account[name]!, 0);
    expect(total('stored')).toBe(stored![0]);
    expect(total('stored') + total('repeats')).toBe(EVENTS);
    expect(total('repeats')).toBeGreaterThan(0);
    expect([counted('stored'), counted('repeat')]).toEqual([total('stored'), total('repeats')]);
    await stop();
  });

  it('sets a poison record aside and goes on', async () => {
    await log.append(Topic.status, [{ key: 'k', value: 'not JSON' }]);
    await log.append(Topic.status, [{ key: 'k', value: '{"v":99}' }]);
    await log.append(Topic.deadLetter, [{ key: 'k', value: '[]' }]);
    for (const projector of await start()) expect(await projector.drain(60_000)).toBe(true);
    await stop();
    const letters = await connection.rows(
      `SELECT reason, body FROM ${database}.dead_letters FINAL ORDER BY body`,
    );
    expect(letters).toEqual([
      ['unreadable_record', '[]'],
      ['unreadable_record', 'not JSON'],
      ['unreadable_record', '{"v":99}'],
    ]);
  });

  it('lets the audit find rows that are wrong, surplus or lost', async () => {
    await connection.command(
      `INSERT INTO ${database}.state_intervals
       SELECT system_id, worker_id, group_id, start, end + 1, state_code, state_name, ended_by, version + 1000000
       FROM ${database}.state_intervals FINAL WHERE ended_by = 'exit' LIMIT 1`,
    );
    await connection.command(
      `INSERT INTO ${database}.anomalies
       SELECT system_id, worker_id, group_id, at, kind, state_code, version + 1000000, 1
       FROM ${database}.anomalies FINAL LIMIT 1`,
    );
    const differences = await auditAll();
    const found = differences.map(({ table, side }) => `${side} ${table}`).sort();
    expect(found).toEqual(['missing anomalies', 'missing state_intervals', 'surplus state_intervals']);
  });
});

/** Fails one write of each start, before or after it has reached the store. */
function failingOnce(store: ProjectionStore, mode: number): ProjectionStore {
  let failed = false;
  return {
    isEmpty: () => store.isEmpty(),
    heads: (ids) => store.heads(ids),
    events: (ids, from, to) => store.events(ids, from, to),
    hasNoContacts: () => store.hasNoContacts(),
    contactEvents: (ids) => store.contactEvents(ids),
    positions: (topic) => store.positions(topic),
    begunWrites: (topic) => store.begunWrites(topic),
    obstacle: () => store.obstacle(),
    async write(changes) {
      if (failed) return store.write(changes);
      failed = true;
      if (mode % 2 === 0) await store.write({ ...changes, events: [] });
      else await store.write(changes);
      throw new Error('the store failed');
    },
  };
}

function expectedRows(events: readonly StatusEvent[]): string[] {
  const timelines = new Map<string, StatusEvent[]>();
  for (const event of events) {
    const key = timelineKey(event);
    timelines.set(key, [...(timelines.get(key) ?? []), event]);
  }
  return [...timelines.values()].flatMap((timeline) => {
    const { workerId, groupId } = timeline[0]!;
    return pairByBruteForce(timeline, { stateMaxAgeMs }).intervals.map((i) =>
      JSON.stringify([workerId, groupId, i.start, i.end, i.stateCode, i.stateName, i.endedBy]),
    );
  });
}
