import fc from 'fast-check';
import type { ContactEvent } from '#domain';
import {
  audit,
  ClickHouseProjectionStore,
  migrate,
  NO_CHANGES,
  StoreConnection,
  type Difference,
  type ReceivedContactEvent,
} from '#store';
import { anyContact } from '../../../domain/src/contact.arbitrary.js';
import {
  removeTemporaryDirectories,
  temporaryDirectory,
} from '../../../../test/support/processes/standalone-process.js';
import { SeededRandom } from '#oracle';
import { ContactProjection, type KnownContact } from './contact-projection.js';
import { WeightedCache } from '../memory/weighted-cache.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const contacts = Math.ceil(Number(process.env['PROJECTOR_TIMELINES'] ?? 5_000) / 2);
const MANY = 'many';
const FEW = 'few';
const TABLES = ['legs', 'answered_legs', 'contact_anomalies'];
const CONTACTS_PER_BATCH = 800;

describe(`contacts in a real store, compared with SQL (seed ${seed})`, () => {
  const connection = StoreConnection.open({ dataDirectory: temporaryDirectory(), database: MANY });

  const fill = async (database: string, contacts: number) => {
    await migrate(connection, { database, retentionDays: 400 });
    const random = new SeededRandom(String(seed));
    const store = new ClickHouseProjectionStore(connection, database);
    await projectInBatches(store, arrivals(contacts, random), random);
  };
  const differencesIn = async (database: string) => {
    const differences: Difference[] = [];
    for await (const part of audit(connection, { database, stateMaxAgeMs: 1, eventsPerPart: 20_000 })) {
      differences.push(...part.differences);
    }
    return differences;
  };

  afterAll(async () => {
    await connection.close();
    removeTemporaryDirectories();
  });

  it('look the same to the projector and to the audit', async () => {
    await fill(MANY, contacts);
    const [counts] = await connection.rows<[number, number, number, number]>(
      `SELECT uniqExact(system_id, contact_id), (SELECT count() FROM ${MANY}.legs FINAL),
              (SELECT count() FROM ${MANY}.answered_legs FINAL),
              (SELECT count() FROM ${MANY}.contact_anomalies FINAL)
       FROM ${MANY}.contact_events`,
    );
    expect(Math.min(...counts!)).toBeGreaterThan(contacts / 2);
    expect(await differencesIn(MANY)).toEqual([]);
  }, 600_000);

  describe('where the store was tampered with', () => {
    beforeAll(async () => {
      await fill(FEW, 150);
      for (const table of TABLES) {
        await connection.command(`CREATE TABLE ${FEW}.${table}_kept AS ${FEW}.${table}`);
        await connection.command(`INSERT INTO ${FEW}.${table}_kept SELECT * FROM ${FEW}.${table} FINAL`);
      }
    });

    /** Writes the processed row at `place` again, with another value in one column and a version that wins. */
    const tamper = (table: string, column: string, value: string, place = 0) =>
      connection.command(
        `INSERT INTO ${FEW}.${table}
         SELECT * REPLACE (${value} AS ${column}, version + 1000000000 AS version)
         FROM (SELECT * FROM ${FEW}.${table}_kept ${table === 'contact_anomalies' ? '' : `WHERE outcome = 'processed'`}
               ORDER BY ALL LIMIT 1 OFFSET ${place})`,
      );
    const repair = async (table: string) => {
      await connection.command(`TRUNCATE TABLE ${FEW}.${table}`);
      await connection.command(`INSERT INTO ${FEW}.${table} SELECT * FROM ${FEW}.${table}_kept`);
    };
    const found = async () => (await differencesIn(FEW)).map(({ table, side }) => `${side} ${table}`).sort();

    afterEach(async () => {
      for (const table of TABLES) await repair(table);
      expect(await found()).toEqual([]);
    });

    it('show the audit which table has lost a row', async () => {
      for (const table of TABLES) await tamper(table, 'is_deleted', '1');
      expect(await found()).toEqual(['missing answered_legs', 'missing contact_anomalies', 'missing legs']);
    });

    it('show the audit which table has a surplus row', async () => {
      for (const table of TABLES) await tamper(table, 'contact_id', `'nobody'`);
      expect(await found()).toEqual(['surplus answered_legs', 'surplus contact_anomalies', 'surplus legs']);
    });

    it('show the audit which groups are unknown', async () => {
      const groups = `${FEW}.contact_groups`;
      const lost = `group_id = 'G1'`;
      await connection.command(`INSERT INTO ${groups} VALUES ('even', 'a group whose events have expired')`);
      await connection.command(`DELETE FROM ${groups} WHERE ${lost} SETTINGS lightweight_deletes_sync = 2`);
      expect(await found()).toEqual(['missing contact_groups', 'missing contact_groups']);
      await connection.command(`INSERT INTO ${groups} VALUES ('even', 'G1'), ('odd', 'G1')`);
    });

    it.each([
      [
        'legs',
        {
          outcome: `'missed'`,
          worker_id: `'somebody'`,
          answered: 'answered + 1',
          waiting_ms: 'waiting_ms + 1',
          talk_ms: 'NULL',
          handling_ms: 'handling_ms - 1',
          post_processing_ms: 'post_processing_ms + 1',
          customer_id: `'somebody'`,
          channel_type: `'FAX'`,
          last_touched: 'last_touched + 1',
        },
      ],
      ['answered_legs', { outcome: `'unended'`, ended: 'ended + 1', channel_type: `'FAX'` }],
    ])('show the audit a wrong figure in %s as a missing and a surplus row', async (table, changes) => {
      const tampered = Object.entries(changes);
      for (const [place, [column, value]] of tampered.entries()) await tamper(table, column, value, place);
      expect(await found()).toEqual([
        ...tampered.map(() => `missing ${table}`),
        ...tampered.map(() => `surplus ${table}`),
      ]);
    });
  });
});

/**
 * Contacts of two systems that share their ids, a few at a time, each mixed with its repeats: some last seconds, some
 * are spread over weeks, and so over months.
 */
function arrivals(contacts: number, random: SeededRandom): ContactEvent[] {
  const origin = Date.now() - 300 * 86_400_000;
  const events = fc.sample(anyContact, { seed, numRuns: contacts }).map((steps, number) => {
    const stretch = [1, 60, 86_400 * 3][number % 3]!;
    return steps.map((step) => ({
      ...step,
      systemId: number % 2 === 0 ? 'even' : 'odd',
      contactId: String(number >> 1),
      actionTime: origin + step.actionTime * stretch,
    }));
  });
  const neighbours = Array.from({ length: Math.ceil(contacts / CONTACTS_PER_BATCH) }, (_, n) =>
    events.slice(n * CONTACTS_PER_BATCH, (n + 1) * CONTACTS_PER_BATCH).flat(),
  );
  return neighbours.flatMap((some) => {
    const repeats = some.filter(() => random.next() < 0.1).map((event) => ({ ...event, customerId: 'c0' }));
    return shuffled([...some, ...repeats], random);
  });
}

/** In batches of any size, remembering little, so that most of the contacts that go on are read back. */
async function projectInBatches(
  store: ClickHouseProjectionStore,
  events: readonly ContactEvent[],
  random: SeededRandom,
): Promise<void> {
  const cache = new WeightedCache<KnownContact>(2_000, (steps) => steps.length + 1);
  const projection = new ContactProjection(store, cache);
  let position = 0;
  while (position < events.length) {
    const size = random.integer(1, 5_000);
    const batch: ReceivedContactEvent[] = events
      .slice(position, position + size)
      .map((event, index) => ({ ...event, receivedAt: 1, position: position + index }));
    await store.write({ ...NO_CHANGES, ...(await projection.project(batch)) });
    position += batch.length;
  }
}

function shuffled<T>(values: readonly T[], random: SeededRandom): T[] {
  return values
    .map((value) => ({ value, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
