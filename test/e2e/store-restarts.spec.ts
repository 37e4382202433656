import { ClickHouseProjectionStore, migrate, NO_CHANGES, StoreConnection } from '#store';
import { freePorts } from '../support/processes/free-ports.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';

const BATCHES = 120;
const EVENTS_PER_BATCH = 20;
const KILLS = 3;
const database = 'statusledger';
const origin = Date.now() - 86_400_000;

/** Each batch repeats the last two events of the one before, as after a crash. */
const batch = (number: number) =>
  Array.from({ length: EVENTS_PER_BATCH }, (_, i) => {
    const index = Math.max(0, number * (EVENTS_PER_BATCH - 2) + i);
    return {
      systemId: 's',
      workerId: `w${index % 7}`,
      groupId: 'g',
      stateCode: 'Work',
      stateName: 'W',
      action: 'enter' as const,
      actionTime: origin + index * 1_000,
      receivedAt: origin + index * 1_000,
      position: index,
    };
  });

describe('a ClickHouse server that is killed and restarted during inserts', () => {
  it('has every written event once, without a failed write', async () => {
    const directory = temporaryDirectory();
    const [port] = (await freePorts(1)) as [number];
    let server = await ServiceProcess.clickHouse(directory, port);
    const connection = StoreConnection.open({ url: server.url, database });
    await migrate(connection, { database, retentionDays: 400 });
    const store = new ClickHouseProjectionStore(connection, database);
    let written = 0;
    const writing = (async () => {
      for (; written < BATCHES; written++) await store.write({ ...NO_CHANGES, events: batch(written) });
    })();
    for (let kill = 1; kill <= KILLS; kill++) {
      while (written < (kill * BATCHES) / (KILLS + 1)) await new Promise((passed) => setImmediate(passed));
      await server.end('SIGKILL');
      server = await ServiceProcess.clickHouse(directory, port);
    }
    await writing;
    const [counts] = await connection.rows<[number, number]>(
      `SELECT count(), uniqExact(action_time) FROM ${database}.status_events FINAL`,
    );
    const events = BATCHES * (EVENTS_PER_BATCH - 2) + 2;
    expect(counts).toEqual([events, events]);
    await connection.close();
    await server.end();
    removeTemporaryDirectories();
  });
});
