import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Directory } from '#domain';
import { ClickHouseProjectionStore } from '../projection/clickhouse-projection-store.js';
import { ClickHouseSystemsStore } from './clickhouse-systems-store.js';
import { StoreConnection } from '../connection/connection.js';
import { NO_CHANGES, type DeadLetterRow, type ProjectionChanges } from '../projection/projection-store.js';
import { ACTIVITY_SLOT_MS, RECEIPT_BLOCK_NUMBERS, type ReceiptRow } from '../projection/receipt-rows.js';
import { migrate, PROJECTED_TABLES } from '../schema/migrate.js';
import { ACCOUNTED_DAYS, MAX_LISTED_SYSTEMS, MAX_SAMPLED_AGENTS } from './systems-store.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** Monday, 30 March 2026, 10:07 in Berlin: the clocks went forward the day before. */
const NOW = Date.UTC(2026, 2, 30, 8, 7);
const FROM = NOW - DAY;
const database = 'systems';
const HARD = "it's {system:String} \\ \u{1f600}";

const receiverOf = (startedAt: number, random = 0) =>
  Math.floor(startedAt / 1000)
    .toString(16)
    .padStart(8, '0') + random.toString(16).padStart(8, '0');

const receipt = (more: Partial<ReceiptRow> = {}): ReceiptRow => ({
  systemId: 's',
  receiver: receiverOf(NOW - HOUR),
  block: 0,
  stored: 0n,
  repeats: 0n,
  deadLettered: 0n,
  failed: 0n,
  settled: 0,
  lastReceived: NOW - HOUR,
  ...more,
});

describe(`ClickHouseSystemsStore (seed ${seed})`, () => {
  let directory: string;
  let connection: StoreConnection;
  let projected: ClickHouseProjectionStore;
  let store: ClickHouseSystemsStore;

  const storeWith = (retentionDays: number) =>
    new ClickHouseSystemsStore(connection, { database, timeZone: 'Europe/Berlin', retentionDays });
  const write = (changes: Partial<ProjectionChanges>) => projected.write({ ...NO_CHANGES, ...changes });
  const figures = async (systemId?: string) =>
    store.figures({ ...(systemId === undefined ? {} : { systemId }), from: FROM, to: NOW, now: NOW });
  const clear = async () => {
    for (const { name } of PROJECTED_TABLES) await connection.command(`TRUNCATE TABLE ${database}.${name}`);
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'statusledger-systems-'));
    connection = StoreConnection.open({ dataDirectory: directory, database });
    await migrate(connection, { database, retentionDays: 400 });
    projected = new ClickHouseProjectionStore(connection, database);
    store = storeWith(400);
  });

  beforeEach(clear);

  afterAll(async () => {
    await connection.close();
    rmSync(directory, { recursive: true });
  });

  it('reports nothing for an empty store', async () => {
    expect(await figures()).toEqual([]);
    expect(await figures('s')).toEqual([]);
    expect(await store.totals(NOW)).toEqual({
      unaccountedEvents: 0,
      unreconciledSystems: 0,
      silentSystems: 0,
      unmappedAgents: 0,
    });
  });

  it('accounts for every number that is due, in whichever rows it was reported', async () => {
    await fc.assert(
      fc.asyncProperty(anyReceivers, async (receivers) => {
        await clear();
        const rows = receivers.flatMap(rowsOf);
        const [some, others] = [0, 1].map((rest) => rows.filter((_, i) => i % 2 === rest));
        for (const receipts of [some, others, some]) await write({ receipts: receipts! });
        const expected = expectedAccounts(receivers);
        const found = await figures();
        expect(found.map(({ systemId }) => systemId)).toEqual([...expected.keys()].sort());
        for (const figure of found) expect(figure).toMatchObject(expected.get(figure.systemId)!);
        const unaccounted = [...expected.values()].map((account) => account['unaccounted']!);
        expect(await store.totals(NOW)).toMatchObject({
          unaccountedEvents: unaccounted.reduce((sum, count) => sum + count, 0),
          unreconciledSystems: unaccounted.filter((count) => count > 0).length,
        });
      }),
      { seed, numRuns: 40 },
    );
  }, 300_000);

  it('does not let a lost number and a repeated one cancel out', async () => {
    await write({ receipts: [receipt({ stored: 0b1010n, repeats: 0b0010n, settled: 3 })] });
    const [found] = await figures();
    expect(found).toMatchObject({ received: 3, stored: 2, repeats: 0, unaccounted: 1, redelivered: 1 });
  });

  it.each([
    ['a receiver that started within the window has to account for all its numbers', 0, 598],
    [
      'of one that started earlier, the numbers after its oldest block within the window are due',
      -1000,
      599 - 511,
    ],
  ])('%s', async (_what, startedBefore, unaccounted) => {
    const oldest = NOW - ACCOUNTED_DAYS * DAY;
    const receiver = receiverOf(oldest + startedBefore);
    await write({
      receipts: [
        receipt({ receiver, block: 1, stored: 1n << 9n, lastReceived: oldest }),
        receipt({ receiver, block: 2, stored: 1n << 88n, settled: 600, lastReceived: oldest + 1 }),
      ],
    });
    const [found] = await figures();
    expect(found!.unaccounted).toBe(unaccounted);
  });

  it('leaves out numbers received longer ago than events are kept', async () => {
    const old = receipt({ receiver: receiverOf(NOW - 3 * DAY), settled: 50, lastReceived: NOW - 2 * DAY });
    await write({ receipts: [old] });
    expect(await store.totals(NOW)).toMatchObject({ unaccountedEvents: 50 });
    expect(await storeWith(1).totals(NOW)).toMatchObject({ unaccountedEvents: 0, unreconciledSystems: 0 });
    expect(await storeWith(2).totals(NOW)).toMatchObject({ unaccountedEvents: 0 });
    expect(await storeWith(3).totals(NOW)).toMatchObject({ unaccountedEvents: 50 });
  });

  const heard = (systemId: string, ...times: number[]) =>
    times.map((at) => ({
      systemId,
      slot: at - (at % ACTIVITY_SLOT_MS),
      lastReceived: at,
      lastAction: at - 1000,
    }));

  it('reports systems as silent that used to send at this local time and do not now', async () => {
    // Two and more weeks ago, Berlin was an hour nearer to UTC.
    const weeksAgo = (week: number) => NOW - week * WEEK + HOUR;
    const quarterEdge = NOW - 17 * MINUTE;
    await write({
      activity: [
        ...heard('two weeks', weeksAgo(1), weeksAgo(4) - 16 * MINUTE),
        ...heard('one week', weeksAgo(1), weeksAgo(1) - 6 * MINUTE),
        ...heard('a fifth week', weeksAgo(1), weeksAgo(5)),
        ...heard('at another hour', weeksAgo(1) - HOUR, weeksAgo(2) - HOUR),
        ...heard('later', weeksAgo(1) + 5 * MINUTE, weeksAgo(2) + 5 * MINUTE),
        ...heard('earlier', weeksAgo(1) - 18 * MINUTE, weeksAgo(2) - 18 * MINUTE),
        ...heard('sending', weeksAgo(1), weeksAgo(2), quarterEdge),
        ...heard('just ended', weeksAgo(1), weeksAgo(2), quarterEdge - MINUTE),
      ],
    });
    const silent = (await figures()).filter((figure) => figure.silent).map(({ systemId }) => systemId);
    expect(silent).toEqual(['just ended', 'two weeks']);
    expect((await store.totals(NOW)).silentSystems).toBe(2);
  });

  it('reports when each system last sent and the latest time that its events report', async () => {
    await write({
      activity: [
        ...heard('a', NOW - DAY, NOW - HOUR + 999),
        { ...heard('b', NOW - DAY)[0]!, lastAction: null },
        { ...heard('a', NOW - 2 * DAY)[0]!, lastAction: NOW },
      ],
      systems: [{ systemId: 'c', receivedAt: NOW }],
    });
    const seconds = (ms: number) => Math.floor(ms / 1000);
    expect(await figures()).toMatchObject([
      { systemId: 'a', lastReceivedAt: seconds(NOW - HOUR + 999), lastActionTime: seconds(NOW) },
      { systemId: 'b', lastReceivedAt: seconds(NOW - DAY), lastActionTime: null },
      { systemId: 'c', lastReceivedAt: null, lastActionTime: null, received: 0, unmappedAgents: null },
    ]);
  });

  const interval = (systemId: string, workerId: string, start: number) => ({
    timeline: { systemId, workerId, groupId: '' },
    interval: { stateCode: 'c', stateName: '', start, end: null, endedBy: 'open' as const },
    version: 1,
  });
  const answered = (workerId: string, at: number, deleted = false) => ({
    contact: { systemId: HARD, contactId: `${workerId} ${at}` },
    leg: {
      groupId: 'g',
      begin: at,
      begunBy: 'answered' as const,
      begunByWorker: workerId,
      firstOffered: null,
      answer: { at, workerId, offeredAt: null, inferred: false },
      end: { kind: 'running' as const },
      wrapped: null,
      rested: null,
      customerId: '',
      channelType: '',
      lastTouched: at,
    },
    version: 1,
    deleted,
  });
  const directoryOf = (directory: Directory, position: number, systemId = HARD) => ({
    systemId,
    position,
    receivedAt: NOW,
    directory,
  });
  const agents = (...ids: string[]) => ({ services: [], agents: ids.map((id) => ({ id, name: id })) });

  it('reports agents at work who are missing from the directory in force', async () => {
    await write({
      systems: [HARD, 'no directory', 'no agents', 'all known'].map((systemId) => ({
        systemId,
        receivedAt: NOW,
      })),
      intervals: [
        ...['known', 'was known', 'u\u{1f600}"'].map((worker) => interval(HARD, worker, FROM)),
        interval(HARD, 'was known', NOW - 1),
        interval(HARD, 'too early', FROM - 1),
        interval(HARD, 'too late', NOW),
        ...['no directory', 'no agents'].map((system) => interval(system, 'x', FROM)),
        interval('all known', 'known', FROM),
      ],
      answeredLegs: [
        answered('on contacts', NOW - HOUR),
        answered('retracted', NOW - HOUR, true),
        answered('', NOW - HOUR),
      ],
      directories: [
        directoryOf(agents('known', 'was known'), 1),
        directoryOf(agents('known', 'idle'), 2),
        directoryOf({ services: [] }, 3, 'no agents'),
        directoryOf(agents('known'), 4, 'all known'),
      ],
    });
    const found = new Map((await figures()).map((figure) => [figure.systemId, figure.unmappedAgents]));
    expect(found).toEqual(
      new Map([
        ['all known', { count: 0, sample: [] }],
        [HARD, { count: 3, sample: ['on contacts', 'u\u{1f600}"', 'was known'] }],
        ['no agents', null],
        ['no directory', null],
      ]),
    );
    expect((await store.totals(NOW)).unmappedAgents).toBe(3);
  });

  it(`names at most the first ${MAX_SAMPLED_AGENTS} unmapped agents, and counts all`, async () => {
    const workers = Array.from({ length: MAX_SAMPLED_AGENTS + 1 }, (_, i) => `worker ${100 + i}`);
    await write({
      systems: [{ systemId: HARD, receivedAt: NOW }],
      intervals: workers.reverse().map((worker) => interval(HARD, worker, FROM)),
      directories: [directoryOf(agents(), 1)],
    });
    const [found] = await figures(HARD);
    expect(found!.unmappedAgents).toEqual({
      count: MAX_SAMPLED_AGENTS + 1,
      sample: workers.sort().slice(0, MAX_SAMPLED_AGENTS),
    });
  });

  const letter = (id: string, systemId: string, reason: string, receivedAt = FROM): DeadLetterRow => ({
    id,
    receivedAt,
    type: 'status',
    reason,
    field: '',
    message: '',
    description: '',
    systemId,
    remoteAddress: '',
    bodyBytes: 0,
    bodyBase64: '',
  });

  it('counts defects within the period under the system that they belong to', async () => {
    const timeline = { systemId: HARD, workerId: 'w', groupId: '' };
    const anomaly = (at: number, kind: 'orphan_exit' | 'lost_exit', deleted = false) => ({
      timeline,
      anomaly: { at, kind, stateCode: 'c' },
      version: 1,
      deleted,
    });
    await write({
      systems: [{ systemId: HARD, receivedAt: NOW }],
      receipts: [receipt({ systemId: '', deadLettered: 2n })],
      anomalies: [
        anomaly(FROM, 'orphan_exit'),
        anomaly(NOW - 1, 'orphan_exit'),
        anomaly(NOW, 'orphan_exit'),
        anomaly(FROM - 1, 'lost_exit'),
        anomaly(FROM + 1, 'lost_exit'),
        anomaly(FROM + 2, 'lost_exit', true),
      ],
      deadLetters: [
        letter('1', HARD, 'malformed'),
        letter('2', HARD, 'malformed', FROM - 1),
        letter('1', HARD, 'malformed'),
        letter('3', HARD, 'too_old', NOW - 1),
        letter('4', HARD, 'too_old', NOW),
        letter('5', '\u{1f600}'.repeat(257), 'invalid_field'),
        letter('6', 'a\nb', 'invalid_field'),
        letter('7', '', 'malformed'),
      ],
    });
    expect(await figures()).toMatchObject([
      { systemId: '', deadLettersByReason: { invalid_field: 2, malformed: 1 } },
      {
        systemId: HARD,
        exitsWithoutEnter: 2,
        lostExits: 1,
        contradictingEnters: 0,
        contactAnomalies: {},
        deadLettersByReason: { malformed: 1, too_old: 1 },
      },
    ]);
    expect(await figures(HARD)).toHaveLength(1);
  });

  it(`lists at most ${MAX_LISTED_SYSTEMS} systems`, async () => {
    const systems = Array.from({ length: MAX_LISTED_SYSTEMS + 1 }, (_, i) => ({
      systemId: `system ${10_000 + i}`,
      receivedAt: NOW,
    }));
    await write({ systems });
    const found = await figures();
    expect(found.map(({ systemId }) => systemId)).toEqual(
      systems.slice(0, MAX_LISTED_SYSTEMS).map(({ systemId }) => systemId),
    );
  });
});

/** What became of one number, as any combination: nothing, several outcomes, or refused and yet kept. */
const anyNumber = fc.record({
  stored: fc.boolean(),
  repeats: fc.boolean(),
  deadLettered: fc.boolean(),
  failed: fc.boolean(),
});

const anyReceiver = fc.record({
  systemId: fc.constantFrom('a', 'b', HARD),
  random: fc.nat({ max: 2 ** 31 }),
  numbers: fc.array(anyNumber, { minLength: 1, maxLength: 30 }),
  // Near the ends of blocks, so that numbers are on both sides.
  first: fc.constantFrom(1, 1, RECEIPT_BLOCK_NUMBERS - 10, 2 * RECEIPT_BLOCK_NUMBERS - 3),
  settledBehindFirst: fc.integer({ min: -2, max: 32 }),
});

type Receiver = typeof anyReceiver extends fc.Arbitrary<infer T> ? T : never;
const anyReceivers = fc.uniqueArray(anyReceiver, {
  minLength: 1,
  maxLength: 5,
  selector: ({ random }) => random,
});

const settledOf = ({ first, settledBehindFirst }: Receiver) => Math.max(0, first + settledBehindFirst);

/** Each number in a row of its own. */
function rowsOf(receiver: Receiver): ReceiptRow[] {
  return receiver.numbers.map((number, i) => {
    const block = Math.floor((receiver.first + i) / RECEIPT_BLOCK_NUMBERS);
    const bit = 1n << BigInt((receiver.first + i) % RECEIPT_BLOCK_NUMBERS);
    return receipt({
      systemId: receiver.systemId,
      receiver: receiverOf(NOW - HOUR, receiver.random),
      block,
      stored: number.stored ? bit : 0n,
      repeats: number.repeats ? bit : 0n,
      deadLettered: number.deadLettered ? bit : 0n,
      failed: number.failed ? bit : 0n,
      settled: i === 0 ? settledOf(receiver) : 0,
    });
  });
}

function expectedAccounts(receivers: readonly Receiver[]) {
  const accounts = new Map<string, Record<string, number>>();
  for (const receiver of receivers) {
    const account = accounts.get(receiver.systemId) ?? {
      stored: 0,
      repeats: 0,
      deadLettered: 0,
      redelivered: 0,
      unaccounted: 0,
      received: 0,
    };
    accounts.set(receiver.systemId, account);
    const last = Math.max(settledOf(receiver), receiver.first + receiver.numbers.length - 1);
    for (let number = 1; number <= last; number++) {
      const { stored, repeats, deadLettered, failed } = receiver.numbers[number - receiver.first] ?? {};
      const isDue = number <= settledOf(receiver) && !failed;
      if (stored) account['stored']!++;
      else if (repeats) account['repeats']!++;
      else if (deadLettered) account['deadLettered']!++;
      else if (isDue) account['unaccounted']!++;
      if (stored || repeats || deadLettered || isDue) account['received']!++;
      if (stored && repeats) account['redelivered']!++;
    }
  }
  return accounts;
}
