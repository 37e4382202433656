import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { NO_GROUP, type EndedBy, type Interval, type TimelineId } from '#domain';
import type { PairedInterval } from '../../../oracle/src/brute-force-pairing.js';
import {
  expectedAgentLoginData,
  expectedAgentStatus,
  expectedAgentStatusData,
  isoDate,
  pairTimelines,
  type AnswerRules,
  type PairedTimeline,
  type Period,
  SeededRandom,
  type SimulatedEvent,
} from '#oracle';
import { ClickHouseProjectionStore } from '../projection/clickhouse-projection-store.js';
import { ClickHouseQueryStore } from './clickhouse-query-store.js';
import { StoreConnection } from '../connection/connection.js';
import { timestamp } from '../connection/timestamp.js';
import { type Row } from '../connection/values.js';
import { NO_CHANGES, type ProjectionChanges } from '../projection/projection-store.js';
import type { JsonPieces } from './query-store.js';
import { migrate, PROJECTED_TABLES } from '../schema/migrate.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** The number of stories that are written and queried; `QUERY_STORIES=2000` makes a campaign of it. */
const stories = Number(process.env['QUERY_STORIES'] ?? 30);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The evening before a month, and so a partition, begins. */
const ORIGIN = Date.UTC(2024, 0, 31, 23, 57);
const SYSTEM = "it's {system:String} \\";
const ANOTHER_SYSTEM = 'another';

const RULES: AnswerRules = {
  stateMaxAgeMs: 12 * HOUR,
  sessionGapMs: MINUTE,
  offlineStateCodes: ['Offline', 'Log"out'],
  serviceId: "the 'only' one",
};

type IntervalRow = ProjectionChanges['intervals'][number];

let directory: string;
let writing: StoreConnection;
let reading: StoreConnection;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'statusledger-store-'));
  writing = StoreConnection.open({ dataDirectory: directory, database: 'ignored' });
  reading = StoreConnection.open({ dataDirectory: directory, database: 'ignored' }, { questions: true });
});

afterAll(async () => {
  await reading.close();
  await writing.close();
  rmSync(directory, { recursive: true });
});

/** A database of the newest schema in which nothing merges unless a test makes it. */
async function openDatabase(database: string) {
  await migrate(writing, { database, retentionDays: 20_000 });
  const inAll = async (statement: (table: string) => string) => {
    for (const table of ['state_intervals', 'timelines']) {
      await writing.command(statement(`${database}.${table}`));
    }
  };
  await inAll((table) => `SYSTEM STOP MERGES ${table}`);
  const store = new ClickHouseProjectionStore(writing, database);
  return {
    write: (changes: Partial<ProjectionChanges>) => store.write({ ...NO_CHANGES, ...changes }),
    empty: () => inAll((table) => `TRUNCATE TABLE ${table}`),
    async merge() {
      await inAll((table) => `SYSTEM START MERGES ${table}`);
      await inAll((table) => `OPTIMIZE TABLE ${table} FINAL`);
      await inAll((table) => `SYSTEM STOP MERGES ${table}`);
    },
    queries: (rowsPerPiece: number) =>
      new ClickHouseQueryStore(reading, {
        ...RULES,
        database,
        staticServiceId: RULES.serviceId,
        timeZone: 'UTC',
        serviceLevelMs: 20_000,
        contactMaxAgeMs: 86_400_000,
        rowsPerPiece,
      }),
  };
}

async function piecesOf(pieces: JsonPieces): Promise<string[]> {
  const texts: string[] = [];
  for await (const piece of pieces) texts.push(piece.toString());
  return texts;
}

const textOf = async (pieces: JsonPieces) => (await piecesOf(pieces)).join('');
const textOfArray = (objects: readonly unknown[]) => JSON.stringify(objects).slice(1, -1);

describe(`Answers of the store (seed ${seed}, ${stories} stories)`, () => {
  const AGENTS = ['10', '2', 'Z', '\uff5e', '\u{1f600}', `o'b\\"r`];
  const GROUPS = [null, 'b', '\uff5e', '\u{1f600}'];

  /** Few instants of few days and months, so that borders, gaps and spans of all kinds are hit exactly. */
  const anyTime = fc
    .tuple(
      fc.constantFrom(0, 0, 0, 0, 1, 9, 40, 300),
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom(0, 0, 0, 0, 1),
    )
    .map(([day, minute, rest]) => ORIGIN + day * DAY + minute * MINUTE + rest);

  const anyEvent = fc.record({
    worker: fc.nat({ max: 2 }),
    group: fc.nat({ max: 1 }),
    stateCode: fc.constantFrom('Work', 'Break', 'Offline', 'Log"out', '\uff5e', '\u{1f600}'),
    stateName: fc.constantFrom('a', `"b" \\ / 'c'`, '\u{1f600}'),
    actionTime: anyTime,
    action: fc.constantFrom<'enter' | 'exit'>('enter', 'enter', 'exit'),
  });

  /** An instant of the story, or the millisecond beside it. */
  const anyBorder = fc.tuple(fc.nat(), fc.constantFrom(0, 0, -1, 1));

  const anyStory = fc
    .record({
      events: fc.array(anyEvent, { minLength: 1, maxLength: 60, size: 'max' }),
      agents: fc.shuffledSubarray(AGENTS, { minLength: 3, maxLength: 3 }),
      groups: fc.shuffledSubarray(GROUPS, { minLength: 2, maxLength: 2 }),
      batchSize: fc.integer({ min: 15, max: 60 }),
      /** The order in which the rows of batches reach the store: the newest may come first, and any may come twice. */
      order: fc.integer(),
      asked: fc.constantFrom(0, 1, 2, 2, 2),
      borders: fc.array(fc.tuple(anyBorder, anyBorder), { minLength: 6, maxLength: 6 }),
      now: fc.tuple(anyBorder, fc.constantFrom(0, RULES.stateMaxAgeMs)),
      rowsPerPiece: fc.constantFrom(1, 2, 7, 50_000),
    })
    .map(({ events, agents, groups, asked, borders, now, ...rest }) => {
      const instant = ([index, shift]: readonly [number, number]) =>
        events[index % events.length]!.actionTime + shift;
      return {
        ...rest,
        arrivals: events.map(({ worker, group, ...event }): SimulatedEvent => ({
          workerId: agents[worker]!,
          groupId: groups[group]!,
          ...event,
        })),
        asked: agents.slice(0, asked + 1),
        periods: borders.map(([a, b]) => {
          const [start, end] = [instant(a), instant(b)].sort((one, other) => one - other) as [number, number];
          return { start, end: start === end ? end + 1 : end };
        }),
        now: instant(now[0]) + now[1],
      };
    });

  describe.each([
    ['while nothing has merged', false],
    ['once everything has merged', true],
  ])('%s', (_when, merged) => {
    it('equal those of the brute-force pairing, in any order of rows and any cut into pieces', async () => {
      const database = await openDatabase(merged ? 'merged' : 'unmerged');
      await fc.assert(
        fc.asyncProperty(anyStory, async (story) => {
          await database.empty();
          for (const changes of disordered(batches(story.arrivals, story.batchSize), story.order)) {
            await database.write(changes);
          }
          if (merged) await database.merge();

          const queries = database.queries(story.rowsPerPiece);
          const everyone = pairTimelines(story.arrivals, RULES);
          const timelines = everyone.filter(({ agentId }) => story.asked.includes(agentId));
          for (const period of story.periods) {
            const query = { systemId: SYSTEM, agentIds: [...story.asked, 'nobody'], ...period };
            expect(await textOf(queries.agentStatusData(query))).toBe(
              textOfArray(expectedAgentStatusData(timelines, period, RULES)),
            );
            expect(await textOf(queries.agentLoginData(query))).toBe(
              textOfArray(expectedAgentLoginData(timelines, period, RULES)),
            );
          }
          const online = expectedAgentStatus(everyone, story.now, RULES);
          expect(await textOf(queries.agentStatus({ systemId: SYSTEM, now: story.now }))).toBe(
            textOfArray(online),
          );
          expect(await queries.countActiveAgents(story.now)).toBe(2 * online.length);
        }),
        { seed, numRuns: Math.ceil(stories / 2), interruptAfterTimeLimit: stories * 2 * SECOND },
      );
    }, 3_600_000);
  });

  /** What each batch of arrivals changes, for the system and, under other names, for another one. */
  function batches(arrivals: readonly SimulatedEvent[], batchSize: number): Partial<ProjectionChanges>[] {
    const written = new Map<string, string>();
    const all: Partial<ProjectionChanges>[] = [];
    for (let known = batchSize, version = 1; known < arrivals.length + batchSize; known += batchSize) {
      const timelines = pairTimelines(arrivals.slice(0, known), RULES);
      const changed = (key: string, value: unknown) => {
        const text = JSON.stringify(value);
        if (written.get(key) === text) return false;
        written.set(key, text);
        return true;
      };
      all.push(
        both({
          intervals: timelines.flatMap(({ agentId, groupId, intervals }) =>
            intervals
              .filter((i) => changed(JSON.stringify([agentId, groupId, i.start, i.stateCode]), i))
              .map((interval) => intervalRow(agentId, groupId, interval, version)),
          ),
          heads: timelines
            .filter((t) => changed(JSON.stringify([t.agentId, t.groupId]), openOf(t) ?? null))
            .map((timeline) => headRow(timeline, version)),
        }),
      );
      version++;
    }
    return all;
  }

  function both({ intervals, heads }: Pick<ProjectionChanges, 'intervals' | 'heads'>) {
    const elsewhere = (timeline: TimelineId) => ({ ...timeline, systemId: ANOTHER_SYSTEM });
    return {
      intervals: intervals.concat(
        intervals.map(({ timeline, interval, version }) => ({
          timeline: elsewhere(timeline),
          interval: { ...interval, stateName: 'elsewhere' },
          version,
        })),
      ),
      heads: heads.concat(
        heads.map(({ timeline, head, version }) => ({ timeline: elsewhere(timeline), head, version })),
      ),
    };
  }

  function disordered<T>(items: readonly T[], order: number): T[] {
    const random = new SeededRandom(String(order));
    return items
      .concat(items.filter(() => random.chance(0.2)))
      .map((item) => ({ item, at: random.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }

  function headRow(timeline: PairedTimeline, version: number): ProjectionChanges['heads'][number] {
    const open = openOf(timeline);
    return {
      timeline: timelineOf(timeline.agentId, timeline.groupId),
      head: { open, lastReset: -Infinity, unsettledUntil: -Infinity },
      version,
    };
  }

  function openOf({ intervals }: PairedTimeline) {
    const open = intervals.find(({ endedBy }) => endedBy === 'open');
    if (open === undefined) return undefined;
    const { stateCode, stateName, start } = open;
    return { stateCode, stateName, start };
  }
});

function timelineOf(workerId: string, groupId: string | null, systemId = SYSTEM): TimelineId {
  return { systemId, workerId, groupId: groupId ?? NO_GROUP };
}

function intervalRow(
  workerId: string,
  groupId: string | null,
  interval: PairedInterval,
  version: number,
  systemId = SYSTEM,
): IntervalRow {
  return { timeline: timelineOf(workerId, groupId, systemId), interval: interval as Interval, version };
}

function stay(
  start: number,
  end: number | null,
  endedBy: EndedBy = end === null ? 'unknown' : 'exit',
): PairedInterval {
  return { stateCode: 'Work', stateName: 'Contact processing', start, end, endedBy };
}

describe('The newest version of a corrected interval counts', () => {
  const NOON = Date.UTC(2024, 4, 10, 12);
  /** Two days later, where none of the granules of the other version has an end. */
  const PERIOD: Period = { start: NOON + 2 * DAY, end: NOON + 3 * DAY };
  /** Several granules of rows, so that an index has something to rule out. */
  const ROWS = 30_000;
  const agent = (index: number) => `agent ${String(index).padStart(5, '0')}`;
  const corrected = Array.from({ length: ROWS / 500 }, (_, i) => agent(i * 500));

  /** Everyone's stay at noon in one version. Stays that are corrected end as given. */
  const everyone = (systemId: string, version: number, end: number | null) =>
    Array.from({ length: ROWS }, (_, i) =>
      intervalRow(
        agent(i),
        null,
        stay(NOON, corrected.includes(agent(i)) ? end : NOON + MINUTE),
        version,
        systemId,
      ),
    );

  const WITHIN = PERIOD.start + HOUR;
  const cases = [
    { name: 'was in, is before', older: WITHIN, newer: NOON + HOUR, served: false },
    { name: 'was in, is after', older: WITHIN, newer: PERIOD.end + HOUR, served: false },
    { name: 'was in, is unknown', older: WITHIN, newer: null, served: false },
    { name: 'was before, is in', older: NOON + HOUR, newer: WITHIN, served: true },
    { name: 'was unknown, is in', older: null, newer: WITHIN, served: true },
  ];

  let database: Awaited<ReturnType<typeof openDatabase>>;

  beforeAll(async () => {
    database = await openDatabase('versions');
    for (const { name, older, newer } of cases) {
      await database.write({ intervals: everyone(`${name}, in order`, 1, older) });
      await database.write({ intervals: everyone(`${name}, in order`, 2, newer) });
      await database.write({ intervals: everyone(`${name}, backwards`, 2, newer) });
      await database.write({ intervals: everyone(`${name}, backwards`, 1, older) });
    }
  });

  const ways = cases.flatMap(({ name, served }) =>
    ['in order', 'backwards'].map((order) => ({ name: `${name}, ${order}`, served })),
  );

  const expectAnswers = async (systemId: string, served: boolean) => {
    const queries = database.queries(1_000);
    const query = { systemId, agentIds: [...corrected, agent(1), agent(ROWS - 1)], ...PERIOD };
    const timelines = corrected.map((agentId) => ({
      agentId,
      groupId: null,
      intervals: served ? [stay(NOON, WITHIN)] : [],
      anomalies: [],
    }));
    expect(await textOf(queries.agentStatusData(query))).toBe(
      textOfArray(expectedAgentStatusData(timelines, PERIOD, RULES)),
    );
    expect(await textOf(queries.agentLoginData(query))).toBe(
      textOfArray(expectedAgentLoginData(timelines, PERIOD, RULES)),
    );
  };

  it('with both versions in separate parts, and granules that the index can rule out', async () => {
    const parts = await reading.rows<[number, number]>(
      `SELECT uniqExact(name), min(marks) FROM system.parts
       WHERE database = 'versions' AND table = 'state_intervals' AND active`,
    );
    expect(parts[0]![0]).toBeGreaterThanOrEqual(2 * ways.length);
    expect(parts[0]![1]).toBeGreaterThan(3);
  });

  it.each(ways)('before the versions are merged, if its end $name', ({ name, served }) =>
    expectAnswers(name, served),
  );

  describe('after the versions are merged', () => {
    beforeAll(() => database.merge());

    it.each(ways)('if its end $name', ({ name, served }) => expectAnswers(name, served));
  });
});

describe('Pieces of an answer', () => {
  const START = Date.UTC(2024, 5, 1);
  const PERIOD: Period = { start: START, end: START + DAY };
  const PIECES = { 'a quiet one': 3, 'the busy one': 200, 'z: another quiet one': 2 };
  let database: Awaited<ReturnType<typeof openDatabase>>;
  let timelines: PairedTimeline[];

  beforeAll(async () => {
    database = await openDatabase('pieces');
    timelines = Object.entries(PIECES).flatMap(([agentId, states]) =>
      [null, 'g', 'h'].map((groupId) => ({
        agentId,
        groupId,
        intervals: Array.from({ length: states }, (_, i) =>
          stay(START + i * MINUTE, START + i * MINUTE + SECOND),
        ),
        anomalies: [],
      })),
    );
    const rows = timelines.flatMap(({ agentId, groupId, intervals }) =>
      intervals.map((interval) => intervalRow(agentId, groupId, interval, 1)),
    );
    await database.write({ intervals: rows });
  });

  it.each([7, 60, 199, 200, 600, 50_000])(
    'hold %i rows at most, an agent with more included, and make up the same text',
    async (rowsPerPiece) => {
      const pieces = await piecesOf(
        database
          .queries(rowsPerPiece)
          .agentStatusData({ systemId: SYSTEM, agentIds: Object.keys(PIECES), ...PERIOD }),
      );
      expect(pieces.join('')).toBe(textOfArray(expectedAgentStatusData(timelines, PERIOD, RULES)));
      const rows = pieces.map((piece) => piece.split('"startDate"').length - 1);
      expect(Math.max(...rows)).toBeLessThanOrEqual(rowsPerPiece);
      expect(Math.max(...rows)).toBeGreaterThan(Math.min(rowsPerPiece, 200) / 2);
    },
  );

  it('are absent if there is no data, even if there was some before a correction', async () => {
    const timeline = timelineOf('a corrected one', null);
    await database.write({
      intervals: [{ timeline, interval: stay(START - HOUR, START + HOUR) as Interval, version: 1 }],
    });
    await database.write({
      intervals: [{ timeline, interval: stay(START - HOUR, START - MINUTE) as Interval, version: 2 }],
    });
    for (const rowsPerPiece of [1, 50_000]) {
      const queries = database.queries(rowsPerPiece);
      for (const agentIds of [['a corrected one'], ['nobody'], []]) {
        const query = { systemId: SYSTEM, agentIds, ...PERIOD };
        expect(await piecesOf(queries.agentStatusData(query))).toEqual([]);
        expect(await piecesOf(queries.agentLoginData(query))).toEqual([]);
      }
      expect(await piecesOf(queries.agentStatus({ systemId: 'nowhere', now: START }))).toEqual([]);
    }
  });
});

describe('A session', () => {
  const NOON = Date.UTC(2024, 7, 15, 12);
  const ask = (start: number, end: number) => ({ systemId: SYSTEM, agentIds: ['1'], start, end });

  it.each([1, 3, 30, 250, 900])(
    'of stays over %i days is found whole from its first and its last day, and not from a day in between',
    async (days) => {
      const database = await openDatabase(`session_of_${days}`);
      const stays = Array.from({ length: days * 2 + 1 }, (_, i) =>
        stay(NOON + (i * DAY) / 2, NOON + ((i + 1) * DAY) / 2 - MINUTE),
      );
      await database.write({ intervals: stays.map((interval) => intervalRow('1', null, interval, 1)) });
      const login = NOON;
      const logout = stays.at(-1)!.end!;
      const whole = textOfArray([
        {
          agentId: '1',
          logins: [{ loginDate: isoDate(login), logoutDate: isoDate(logout), duration: logout - login }],
        },
      ]);
      const queries = database.queries(50_000);
      expect(await textOf(queries.agentLoginData(ask(login, login + 1)))).toBe(whole);
      expect(await textOf(queries.agentLoginData(ask(logout - 1, logout)))).toBe(whole);
      expect(await textOf(queries.agentLoginData(ask(login + 1, logout - 1)))).toBe('');
    },
  );

  it('is found whole even if a gap spans the bound at which the search for its ends begins', async () => {
    const database = await openDatabase('gap_over_border');
    const queries = database.queries(50_000);
    const shifts = [-MINUTE - 1, -MINUTE, 1 - MINUTE, -1, 0, 1];
    const sessionOf = (login: number, logout: number) => ({
      logins: [{ loginDate: isoDate(login), logoutDate: isoDate(logout), duration: logout - login }],
    });
    const early = shifts.map((shift, i) => ({ agentId: `early ${i}`, end: NOON - DAY + shift }));
    const late = shifts.map((shift, i) => ({ agentId: `late ${i}`, end: NOON + HOUR + DAY + shift }));
    const rowsOf = ({ agentId, end }: { agentId: string; end: number }, from: number, to: number) => [
      intervalRow(agentId, null, stay(from, end), 1),
      intervalRow(agentId, null, stay(end + MINUTE, to), 1),
    ];
    await database.write({
      intervals: [
        ...early.flatMap((one) => rowsOf(one, NOON - 2 * DAY, NOON + 1)),
        ...late.flatMap((one) => rowsOf(one, NOON + 1, NOON + 3 * DAY)),
      ],
    });
    const agentIds = [...early, ...late].map(({ agentId }) => agentId);
    // One by one, so that what one agent needs does not hide what another needs.
    for (const agentId of agentIds) {
      const whole = agentId.startsWith('early')
        ? sessionOf(NOON - 2 * DAY, NOON + 1)
        : sessionOf(NOON + 1, NOON + 3 * DAY);
      const query = { ...ask(NOON, NOON + HOUR), agentIds: [agentId] };
      expect(await textOf(queries.agentLoginData(query))).toBe(textOfArray([{ agentId, ...whole }]));
    }
  });

  it('that is still running is not served, no matter how long ago it began', async () => {
    const database = await openDatabase('running_session');
    const rows = Array.from({ length: 100 }, (_, i) =>
      intervalRow('1', null, stay(NOON + i * DAY, NOON + (i + 1) * DAY), 1),
    );
    const open = { stateCode: 'Work', stateName: 'n', start: NOON + 100 * DAY };
    await database.write({
      intervals: rows,
      heads: [
        {
          timeline: timelineOf('1', null),
          head: { open, lastReset: -Infinity, unsettledUntil: -Infinity },
          version: 1,
        },
      ],
    });
    const answer = database.queries(50_000).agentLoginData(ask(NOON, NOON + DAY));
    expect(await textOf(answer)).toBe('');
  });
});

describe('An open state', () => {
  it('is listed until it is older than half a day, to the millisecond', async () => {
    const database = await openDatabase('max_age');
    const start = Date.UTC(2024, 8, 1, 12, 0, 0, 1);
    await database.write({
      heads: [
        {
          timeline: timelineOf('1', null),
          head: {
            open: { stateCode: 'Work', stateName: 'n', start },
            lastReset: -Infinity,
            unsettledUntil: -Infinity,
          },
          version: 1,
        },
      ],
    });
    const queries = database.queries(50_000);
    const isListed = async (now: number) =>
      (await textOf(queries.agentStatus({ systemId: SYSTEM, now }))) !== '';
    const latest = start + RULES.stateMaxAgeMs;
    expect([await isListed(latest - 1), await isListed(latest), await isListed(latest + 1)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(await queries.countActiveAgents(latest)).toBe(1);
    expect(await queries.countActiveAgents(latest + 1)).toBe(0);
  });
});

describe('Dates', () => {
  it('have milliseconds, with all three digits, only if they are not zero', async () => {
    const database = await openDatabase('milliseconds');
    const period = { start: Date.UTC(2024, 9, 1), end: Date.UTC(2024, 9, 2) };
    const times = [0, 1, 10, 100, 120, 500, 999, 1_000].map((ms) => period.start + HOUR + ms);
    const intervals = times.slice(1).map((end, i) => stay(times[i]!, end));
    await database.write({ intervals: intervals.map((interval) => intervalRow('1', null, interval, 1)) });
    const queries = database.queries(50_000);
    const query = { systemId: SYSTEM, agentIds: ['1'], ...period };
    const timelines = [{ agentId: '1', groupId: null, intervals, anomalies: [] }];
    expect(await textOf(queries.agentStatusData(query))).toBe(
      textOfArray(expectedAgentStatusData(timelines, period, RULES)),
    );
    expect(await textOf(queries.agentLoginData(query))).toBe(
      textOfArray(expectedAgentLoginData(timelines, period, RULES)),
    );
  });
});

describe('Systems', () => {
  it('are listed once each, in byte order, up to the requested number', async () => {
    const { write, queries } = await openDatabase('systems');
    expect(await queries(1).systems(2)).toEqual([]);
    for (const systemId of ['\u{1f600}', 'b', '\uff5e', 'a', 'b']) {
      await write({ systems: [{ systemId, receivedAt: 1 }] });
    }
    expect(await queries(1).systems(2)).toEqual(['a', 'b']);
    expect(await queries(1).systems(10)).toEqual(['a', 'b', '\uff5e', '\u{1f600}']);
  });
});

describe('Migrating', () => {
  const definitions = (database: string) =>
    reading.rows<[string, string, string]>(
      `SELECT name, create_table_query, toString(metadata_modification_time) FROM system.tables
       WHERE database = {database:String} ORDER BY name`,
      { database },
    );
  const notes = async (database: string) =>
    (await reading.rows<Row>(`SELECT count() FROM ${database}.schema_migrations`))[0]![0];
  const daysByTable = async (database: string) =>
    Object.fromEntries(
      (await definitions(database)).flatMap(([name, query]) => {
        const days = / TTL .*toIntervalDay\((\d+)\)/.exec(query)?.[1];
        return days === undefined ? [] : [[name, Number(days)]];
      }),
    );

  it('changes nothing the second time', async () => {
    const database = 'migrated_twice';
    const { write, queries } = await openDatabase(database);
    await write({ systems: [{ systemId: 's', receivedAt: 1 }] });
    const [before, noted] = [await definitions(database), await notes(database)];
    await migrate(writing, { database, retentionDays: 20_000 });
    expect(await definitions(database)).toEqual(before);
    expect(await notes(database)).toBe(noted);
    expect(await queries(1).systems(1)).toEqual(['s']);
  });

  it('removes the TTLs that earlier versions set from every table that has one, and nothing else', async () => {
    const database = 'earlier_retention';
    await migrate(writing, { database, retentionDays: 400 });
    const before = await definitions(database);
    expect(await daysByTable(database)).toEqual({});
    const expiring = PROJECTED_TABLES.filter(({ expiry }) => expiry !== undefined);
    expect(expiring).toHaveLength(11);
    for (const { name, expiry } of expiring.slice(2)) {
      await writing.command(`ALTER TABLE ${database}.${name} MODIFY TTL toDateTime(${expiry!.column}) + INTERVAL 431 DAY
        SETTINGS materialize_ttl_after_modify = 0`);
    }
    expect(Object.keys(await daysByTable(database))).toHaveLength(9);
    await writing.command(
      `ALTER TABLE ${database}.schema_migrations DELETE WHERE version > 5 SETTINGS mutations_sync = 2`,
    );
    await migrate(writing, { database, retentionDays: 400 });
    expect(await daysByTable(database)).toEqual({});
    expect((await definitions(database)).map(([, query]) => query)).toEqual(before.map(([, query]) => query));
  });

  it('continues where an earlier attempt broke off', async () => {
    const database = 'broken_off';
    await migrate(writing, { database, retentionDays: 400 });
    const complete = (await definitions(database)).map(([, query]) => query);
    await writing.command(`DROP TABLE ${database}.systems SYNC`);
    await writing.command(`TRUNCATE TABLE ${database}.schema_migrations`);
    await migrate(writing, { database, retentionDays: 400 });
    expect((await definitions(database)).map(([, query]) => query)).toEqual(complete);
  });

  it('finds the groups that contacts came to in a store from before directories', async () => {
    const database = 'without_directories';
    await migrate(writing, { database, retentionDays: 400 });
    const complete = (await definitions(database)).map(([, query]) => query);
    for (const table of ['directories', 'directory_groups', 'directory_agent_groups', 'contact_groups']) {
      await writing.command(`DROP TABLE ${database}.${table} SYNC`);
    }
    await writing.command(`ALTER TABLE ${database}.legs DROP INDEX touched_in_granule`);
    await writing.command(`TRUNCATE TABLE ${database}.schema_migrations`);
    await writing.insert(
      `${database}.schema_migrations`,
      ['version', 'name', 'retention_days'],
      [
        [1, '', 0],
        [2, '', 400],
      ],
    );
    const now = timestamp(Date.now());
    await writing.insert(
      `${database}.contact_events`,
      [
        'system_id',
        'contact_id',
        'action_time',
        'action',
        'group_id',
        'worker_id',
        'received_at',
        'position',
      ],
      ['1', '2', '1'].map((group, i) => ['s', `c${i}`, now, 'queued', group, '', now, i]),
    );
    await migrate(writing, { database, retentionDays: 400 });
    expect((await definitions(database)).map(([, query]) => query)).toEqual(complete);
    expect(
      await reading.rows(`SELECT system_id, group_id FROM ${database}.contact_groups ORDER BY 2`),
    ).toEqual([
      ['s', '1'],
      ['s', '2'],
    ]);
  });
});
