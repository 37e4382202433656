import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, foldContact, timelineKey, contactKey, type Leg } from '#domain';
import { ClickHouseAnomalyStore } from '../operators/clickhouse-anomaly-store.js';
import { ClickHouseProjectionStore } from './clickhouse-projection-store.js';
import { StoreConnection } from '../connection/connection.js';
import { NO_CHANGES, type ProjectionChanges } from './projection-store.js';
import { migrate, PROJECTED_TABLES } from '../schema/migrate.js';

/** More months than the engine takes at once; each costs a synchronised part in each table. */
const DAYS = 3_400;
const database = 'months';
const LAST = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const MIDNIGHTS = Array.from({ length: DAYS }, (_, day) => LAST - (DAYS - 1 - day) * DAY_MS);

const timeline = { systemId: 's', workerId: 'w', groupId: '' };
const contact = { systemId: 's', contactId: 'c' };

function legAt(begin: number): Leg {
  const step = { groupId: 'g', workerId: 'w', customerId: '', channelType: '' };
  const steps = (['queued', 'answered', 'finished'] as const).map((action, second) => ({
    ...step,
    action,
    actionTime: begin + second * 1_000,
    workerId: action === 'queued' ? '' : 'w',
  }));
  return foldContact(steps).legs[0]!;
}

const EVERYTHING = {
  ...{ systems: undefined, systemId: undefined, kind: undefined, agentId: undefined },
  ...{ contactId: undefined, from: undefined },
};

const all = <T>(row: (time: number, version: number) => T) => MIDNIGHTS.map((time, day) => row(time, day));

/** A row of every table that has partitions, on each of the days. */
const changes: ProjectionChanges = {
  ...NO_CHANGES,
  intervals: all((start, version) => ({
    timeline,
    version,
    interval: { start, end: start + 1_000, stateCode: 'a', stateName: 'A', endedBy: 'exit' },
  })),
  anomalies: all((at, version) => ({
    timeline,
    version,
    deleted: false,
    anomaly: { at, kind: 'orphan_exit', stateCode: 'a' },
  })),
  events: all((actionTime, position) => ({
    ...timeline,
    ...{ actionTime, position, stateCode: 'a', stateName: 'A', action: 'enter', receivedAt: actionTime },
  })),
  legs: all((begin, version) => ({ contact, version, deleted: false, leg: legAt(begin) })),
  answeredLegs: all((begin, version) => ({ contact, version, deleted: false, leg: legAt(begin) })),
  contactAnomalies: all((at, version) => ({
    contact,
    version,
    deleted: false,
    anomaly: { at, kind: 'orphan_step', action: 'held', groupId: 'g', workerId: 'w' },
  })),
  contactEvents: all((actionTime, position) => ({
    ...contact,
    ...{ actionTime, position, action: 'queued', groupId: 'g', workerId: '', receivedAt: actionTime },
    ...{ customerId: '', channelType: '' },
  })),
  deadLetters: all((receivedAt, id) => ({
    ...{ id: String(id), receivedAt, type: 'status', reason: 'malformed', field: '', message: '' },
    ...{ description: '', systemId: 's', remoteAddress: '', bodyBytes: 0, bodyBase64: '' },
  })),
  deadLetterResends: all((letterReceivedAt, id) => ({
    ...{ resendId: String(id), letterId: String(id), letterReceivedAt, systemId: 's', resentBy: '' },
    ...{ resentAt: letterReceivedAt, corrected: false, outcome: 'accepted', reason: '', field: '' },
    ...{ message: '', description: '' },
  })),
  activity: all((slot) => ({ systemId: 's', slot, lastReceived: slot, lastAction: slot })),
  receipts: all((startedAt, block) => ({
    ...{ systemId: 's', block, stored: 1n, repeats: 0n, deadLettered: 0n, failed: 0n, settled: 0 },
    receiver: `${(startedAt / 1_000).toString(16).padStart(8, '0')}00000000`,
    lastReceived: startedAt,
  })),
};

describe(`A batch of ${DAYS} days`, () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'statusledger-months-'));
  const connection = StoreConnection.open({ dataDirectory, database });
  const store = new ClickHouseProjectionStore(connection, database);

  beforeAll(async () => {
    await migrate(connection, { database, retentionDays: DAYS });
    await store.write(changes);
  }, 300_000);

  afterAll(async () => {
    await connection.close();
    rmSync(dataDirectory, { recursive: true });
  });

  const partitioned = PROJECTED_TABLES.filter(({ partitionBy }) => partitionBy !== undefined);

  it.each(partitioned.map(({ name }) => name))('is kept whole in %s', async (table) => {
    const [row] = await connection.rows(`SELECT count() FROM ${database}.${table} FINAL`);
    expect(row).toEqual([DAYS]);
    const [parts] = await connection.rows(
      `SELECT uniqExact(partition) > 100 FROM system.parts WHERE active AND database = '${database}' AND table = {table:String}`,
      { table },
    );
    expect(parts).toEqual([1]);
  });

  it('is read back as a whole and by period', async () => {
    const key = timelineKey(timeline);
    const times = async (from: number, to: number) =>
      (await store.events([timeline], from, to)).get(key)!.map(({ actionTime }) => actionTime);
    expect(await times(-Infinity, Infinity)).toEqual(MIDNIGHTS);
    expect(await times(MIDNIGHTS[2_000]!, MIDNIGHTS[2_100]!)).toEqual(MIDNIGHTS.slice(2_000, 2_101));
    const steps = (await store.contactEvents([contact])).get(contactKey(contact))!;
    expect(steps.map(({ actionTime }) => actionTime)).toEqual(MIDNIGHTS);
  });

  it('shows in the list of anomalies, even up to a time beyond the range of day numbers', async () => {
    const anomalies = new ClickHouseAnomalyStore(connection, database);
    for (const to of [undefined, Date.UTC(2200, 0, 1)]) {
      const filter = { ...EVERYTHING, to };
      const [newest] = await anomalies.anomalies(filter, undefined, 1);
      expect(newest).toMatchObject({ at: LAST });
    }
  });
});
