import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusEvent } from '#domain';
import { ClickHouseProjectionStore } from '../projection/clickhouse-projection-store.js';
import { StoreConnection } from '../connection/connection.js';
import { NO_CHANGES } from '../projection/projection-store.js';
import { migrate } from '../schema/migrate.js';
import { audit, auditSample, type AuditOptions } from './audit.js';
import type { Difference } from './comparison.js';
import { missingEvents } from './missing-events.js';
import { AuditRunningError, StoreAudits } from './store-audits.js';

const database = 'audits';
const AGENTS = 40;
const NOW = Date.UTC(2026, 5, 1);
const options = { database, stateMaxAgeMs: 43_200_000 };

/** Each agent entered a state at some time. The ids contain what SQL might stumble over. */
const events: StatusEvent[] = Array.from({ length: AGENTS }, (_, agent) => ({
  ...{ systemId: `it's "s"`, workerId: `w\u{1f600}${agent}`, groupId: agent % 2 === 0 ? '' : 'g' },
  ...{ stateCode: 'a', stateName: 'A', action: 'enter', actionTime: NOW - agent * 1_000 },
}));

const changesOf = (some: readonly StatusEvent[]) => ({
  ...NO_CHANGES,
  events: some.map((event, position) => ({ ...event, receivedAt: NOW, position })),
  intervals: some.map(({ stateCode, stateName, actionTime: start, ...timeline }, version) => ({
    timeline,
    version,
    interval: { start, end: null, stateCode, stateName, endedBy: 'open' as const },
  })),
  heads: some.map(({ stateCode, stateName, actionTime: start, ...timeline }, version) => ({
    timeline,
    version,
    head: { open: { stateCode, stateName, start }, lastReset: start, unsettledUntil: -Infinity },
  })),
});

describe('Audits of a store that is written to', () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'statusledger-audits-'));
  const connection = StoreConnection.open({ dataDirectory, database });
  const store = new ClickHouseProjectionStore(connection, database);

  beforeAll(async () => {
    await migrate(connection, { database, retentionDays: 400 });
    await store.write(changesOf(events));
  });

  afterAll(async () => {
    await connection.close();
    rmSync(dataDirectory, { recursive: true });
  });

  const lose = (agent: number) =>
    connection.command(
      `INSERT INTO ${database}.state_intervals SELECT * REPLACE ('B' AS state_name, 1000 AS version)
       FROM ${database}.state_intervals WHERE worker_id = {worker:String}`,
      { worker: events[agent]!.workerId },
    );
  const mend = (agent: number) => {
    const changes = changesOf([events[agent]!]);
    const intervals = changes.intervals.map((interval) => ({ ...interval, version: 2_000 }));
    return store.write({ ...NO_CHANGES, intervals });
  };
  const differencesOf = async (more: Partial<AuditOptions> = {}) => {
    const found: Difference[] = [];
    for await (const part of audit(connection, { ...options, ...more })) found.push(...part.differences);
    return found;
  };
  const sampled = async (sample: number, seed: number) => {
    let rows = 0;
    const found: Difference[] = [];
    for await (const part of auditSample(connection, { ...options, sample, seed })) {
      rows += part.rows['state_intervals'] ?? 0;
      found.push(...part.differences);
    }
    return { rows, found };
  };

  it('look at as many timelines as asked, at others for another seed, and at all of them if there are fewer', async () => {
    expect(await sampled(5, 1)).toEqual({ rows: 5, found: [] });
    expect(await sampled(AGENTS * 2, 1)).toEqual({ rows: AGENTS, found: [] });
    await lose(0);
    const isFound = new Set<boolean>();
    for (let seed = 0; isFound.size < 2; seed++) isFound.add((await sampled(20, seed)).found.length > 0);
    await mend(0);
  }, 300_000);

  it('drop a difference that is gone at a later look, and keep one that stays', async () => {
    await lose(1);
    await lose(2);
    const looks: number[] = [];
    const beside = {
      clock: () => 0,
      rest: async () => undefined,
      async awaitWrites() {
        looks.push(looks.length);
        if (looks.length === 2) await mend(1);
      },
    };
    const found = await differencesOf({ beside });
    expect(new Set(found.map(({ row }) => row[1]))).toEqual(new Set([events[2]!.workerId]));
    expect(looks).toHaveLength(3);
    await mend(2);
    expect(await differencesOf()).toEqual([]);
  });

  it('do not compare rows from before the given time', async () => {
    await lose(30);
    expect(await differencesOf({ sinceMs: NOW - 29_000 })).toEqual([]);
    expect(await differencesOf({ sinceMs: NOW - 30_000 })).toHaveLength(2);
    await mend(30);
  });

  it('find the events of the log that the store lacks, for any ids', async () => {
    const lost = [
      { ...events[3]!, workerId: 'not there' },
      { ...events[3]!, actionTime: NOW - 3_001 },
      { ...events[3]!, action: 'exit' as const },
      { ...events[3]!, stateCode: `'"\\` },
    ];
    const look = (some: readonly StatusEvent[], sinceMs = 0) =>
      missingEvents(connection, { kind: 'status', events: some }, { database, sinceMs });
    expect(await look(events)).toEqual([]);
    const found = await look([...events, ...lost]);
    expect(found.map(({ table, side }) => `${side} ${table}`)).toEqual(
      lost.map(() => 'missing status_events'),
    );
    expect(found.map(({ row }) => row[1]).sort()).toEqual(lost.map(({ workerId }) => workerId).sort());
    expect(await look(lost, NOW)).toEqual([]);
  });

  it('run one at a time, and end when they are stopped', async () => {
    const audits = new StoreAudits(connection, { ...options, retentionDays: 400, now: () => NOW });
    const first = audits.run({});
    await first.next();
    await expect(audits.run({}).next()).rejects.toThrow(AuditRunningError);
    await first.return(undefined);
    const second = audits.run({ sample: 3, seed: 1 });
    expect((await second.next()).done).toBe(false);
    const stopped = audits.stop();
    expect((await second.next()).done).toBe(true);
    await stopped;
  });
});
