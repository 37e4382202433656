import { HistoryTooLongError } from './agent-history-store.js';
import type { AnomalyFilter } from './anomaly-store.js';
import { ClickHouseProjectionStore } from '../projection/clickhouse-projection-store.js';
import { StoreConnection } from '../connection/connection.js';
import { MAX_LISTED_RESENDS, type DeadLetterFilter } from './dead-letter-store.js';
import { opsStores } from './ops-stores.js';
import { NO_CHANGES, type DeadLetterResendRow, type DeadLetterRow } from '../projection/projection-store.js';
import { migrate } from '../schema/migrate.js';
import {
  removeTemporaryDirectories,
  temporaryDirectory,
} from '../../../../test/support/processes/standalone-process.js';

const database = 'statusledger';
const T = Date.UTC(2026, 0, 1);

const letterOf = (id: string, systemId: string): DeadLetterRow => ({
  id,
  receivedAt: T,
  type: 'status',
  reason: 'malformed',
  field: '',
  message: 'm',
  description: 'd',
  systemId,
  remoteAddress: '',
  bodyBytes: 3,
  bodyBase64: Buffer.from('abc').toString('base64'),
});

const resendOf = (n: number, outcome: string): DeadLetterResendRow => ({
  resendId: `r${n}`,
  letterId: 'a',
  letterReceivedAt: T,
  systemId: 's',
  resentAt: T + n,
  resentBy: 'me',
  corrected: n % 2 === 1,
  outcome,
  reason: '',
  field: '',
  message: '',
  description: '',
});

const ANY_LETTER: DeadLetterFilter = {
  systems: undefined,
  systemId: undefined,
  reason: undefined,
  type: undefined,
  from: undefined,
  to: undefined,
  resent: undefined,
};
const ANY_ANOMALY: AnomalyFilter = {
  systems: undefined,
  systemId: undefined,
  kind: undefined,
  agentId: undefined,
  contactId: undefined,
  from: undefined,
  to: undefined,
};

describe('What operators read of the store', () => {
  const connection = StoreConnection.open({ dataDirectory: temporaryDirectory(), database });
  const options = { database, sessionGapMs: 60_000, offlineStateCodes: [] };
  const { deadLetters, anomalies, history } = opsStores(connection, options);
  const timeline = (systemId: string) => ({ systemId, workerId: 'w', groupId: '' });

  beforeAll(async () => {
    await migrate(connection, { database, retentionDays: 20_000 });
    const store = new ClickHouseProjectionStore(connection, database);
    const resends = Array.from({ length: MAX_LISTED_RESENDS + 5 }, (_, n) => resendOf(n, 'rejected'));
    const ofSystem = (systemId: string) => ({
      anomalies: [
        {
          timeline: timeline(systemId),
          anomaly: { kind: 'orphan_exit' as const, at: T, stateCode: 'c' },
          version: 1,
          deleted: false,
        },
      ],
      intervals: [0, 1, 2].map((n) => ({
        timeline: timeline(systemId),
        interval: { stateCode: `c${n}`, stateName: 'n', start: T, end: T + 1, endedBy: 'exit' as const },
        version: 1,
      })),
      systems: [{ systemId, receivedAt: T }],
    });
    await store.write({
      ...NO_CHANGES,
      ...ofSystem('s'),
      deadLetters: [letterOf('a', 's'), letterOf('b', 't'), letterOf('c', ''), letterOf('d', 's')],
      deadLetterResends: resends,
    });
    // Delivered again, and one of another system.
    await store.write({
      ...NO_CHANGES,
      ...ofSystem('t'),
      deadLetters: [letterOf('a', 's')],
      deadLetterResends: resends,
    });
  });

  afterAll(async () => {
    await connection.close();
    removeTemporaryDirectories();
  });

  const idsOf = async (filter: Partial<DeadLetterFilter>, limit = 10) =>
    (await deadLetters.deadLetters({ ...ANY_LETTER, ...filter }, undefined, limit, 10)).map(({ id }) => id);

  it('covers every system without a restriction, else only the permitted ones, for any filter', async () => {
    expect(await idsOf({})).toEqual(['d', 'c', 'b', 'a']);
    expect(await idsOf({ systems: ['s'] })).toEqual(['d', 'a']);
    expect(await idsOf({ systems: ['s'], systemId: 't' })).toEqual([]);
    expect(await idsOf({ systems: [] })).toEqual([]);
    expect(await deadLetters.deadLetter('b', ['s'], 10)).toBeUndefined();
    expect(await deadLetters.deadLetter('c', ['s'], 10)).toBeUndefined();
    expect(await deadLetters.deadLetter('b', ['s', 't'], 10)).toMatchObject({ id: 'b', systemId: 't' });
    expect(await anomalies.anomalies(ANY_ANOMALY, undefined, 10)).toHaveLength(2);
    const [ofT, ...others] = await anomalies.anomalies({ ...ANY_ANOMALY, systems: ['t'] }, undefined, 10);
    expect([ofT!.systemId, others]).toEqual(['t', []]);
    expect(await history.knownSystems(undefined)).toEqual(['s', 't']);
    expect(await history.knownSystems(['t', 'u'])).toEqual(['t']);
  });

  it('continues after a place among letters and anomalies of one time', async () => {
    const after = { receivedAt: T, id: 'c' };
    const rest = await deadLetters.deadLetters(ANY_LETTER, after, 10, 10);
    expect(rest.map(({ id }) => id)).toEqual(['b', 'a']);
    const [first] = await anomalies.anomalies(ANY_ANOMALY, undefined, 1);
    const [second, ...none] = await anomalies.anomalies(ANY_ANOMALY, first, 10);
    expect([first!.systemId, second!.systemId, none]).toEqual(['t', 's', []]);
  });

  it('lists the latest attempts once each, and counts a letter as resent only if one was accepted', async () => {
    const letter = await deadLetters.deadLetter('a', undefined, 2);
    expect(letter).toMatchObject({ keptBytes: 3, bodyBase64: Buffer.from('ab').toString('base64') });
    expect(letter!.resends.map(({ resentAt }) => resentAt)).toEqual(
      Array.from({ length: MAX_LISTED_RESENDS }, (_, n) => T + MAX_LISTED_RESENDS + 4 - n),
    );
    expect(await idsOf({ resent: true })).toEqual([]);
    const store = new ClickHouseProjectionStore(connection, database);
    await store.write({ ...NO_CHANGES, deadLetterResends: [resendOf(99, 'accepted')] });
    expect(await idsOf({ resent: true })).toEqual(['a']);
    expect(await idsOf({ resent: false })).toEqual(['d', 'c', 'b']);
  });

  it('rejects a history that exceeds the limit, and none within it', async () => {
    const query = { systemIds: ['s'], agentId: 'w', start: T, end: T + 10 };
    const withAtMost = (maxRows: number) => opsStores(connection, { ...options, maxRows }).history;
    expect(await withAtMost(3).intervals(query)).toHaveLength(3);
    await expect(withAtMost(2).intervals(query)).rejects.toThrow(HistoryTooLongError);
  });
});
