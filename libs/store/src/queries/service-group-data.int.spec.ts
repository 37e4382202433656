import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreConnection } from '../connection/connection.js';
import { timestamp } from '../connection/timestamp.js';
import { migrate } from '../schema/migrate.js';
import { serviceGroupData } from './service-group-data.js';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const START = Date.UTC(2024, 1, 28);
const GROUPS = ['a', 'b', `c"'`, 'd', 'e', '\u{1f600}'];

interface Leg {
  readonly group: string;
  readonly begin: number;
  readonly contact: string;
  readonly customer: string;
  readonly outcome: string;
}

/**
 * Several legs of a customer each day, some at one instant, across the end of a month; a quarter without a customer.
 */
const LEGS: readonly Leg[] = Array.from({ length: 360 }, (_, i) => ({
  group: GROUPS[i % 5]!,
  begin: START + Math.floor(i / 10) * 150 * MINUTE,
  contact: `contact ${(i * 7) % 360}`,
  customer: i % 4 === 0 ? '' : `customer ${(i >> 3) % 3}`,
  outcome: ['processed', 'missed', 'running'][(i >> 1) % 3]!,
}));

const byTimeThenContact = (a: Leg, b: Leg) => a.begin - b.begin || (a.contact < b.contact ? -1 : 1);

/** The figures of a group following the text of `docs/semantics.md` 4, leg by leg. */
function expectedBuckets(group: string, stepMs: number): number[][] {
  const buckets = new Map<number, number[]>();
  const seen = new Set<string>();
  for (const { begin, customer, outcome } of LEGS.filter((leg) => leg.group === group).sort(
    byTimeThenContact,
  )) {
    const day = Math.floor(begin / DAY) * DAY;
    const at = day + Math.floor((begin - day) / stepMs) * stepMs;
    const unique = customer === '' || !seen.has(`${day} ${customer}`);
    seen.add(`${day} ${customer}`);
    const figures = buckets.get(at) ?? [at, 0, 0, 0, 0, 0, 0];
    const counted = [true, outcome === 'processed', outcome === 'missed'];
    counted.forEach((counts, i) => {
      if (counts) figures[1 + i]!++;
      if (counts && unique) figures[4 + i]!++;
    });
    buckets.set(at, figures);
  }
  return [...buckets.values()];
}

describe('serviceGroupData', () => {
  let directory: string;
  let connection: StoreConnection;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'statusledger-groups-'));
    connection = StoreConnection.open({ dataDirectory: directory, database: 'groups' });
    await migrate(connection, { database: 'groups', retentionDays: 20_000 });
    await connection.insert(
      'groups.legs',
      ['system_id', 'group_id', 'begin', 'contact_id', 'customer_id', 'outcome', 'version'],
      LEGS.map(({ group, begin, contact, customer, outcome }) => [
        'S',
        group,
        timestamp(begin),
        contact,
        customer,
        outcome,
        1,
      ]),
    );
  });

  afterAll(async () => {
    await connection.close();
    rmSync(directory, { recursive: true });
  });

  const piecesOf = async (stepMs: number, rowsPerPiece: number) => {
    const query = { systemId: 'S', start: START, end: START + 5 * DAY, stepMs, groupIds: GROUPS };
    const options = { database: 'groups', staticServiceId: '1', timeZone: 'UTC', rowsPerPiece };
    const pieces: string[] = [];
    for await (const piece of serviceGroupData(connection, query, options)) pieces.push(piece.toString());
    return pieces;
  };

  it.each([5 * MINUTE, 180 * MINUTE, DAY])(
    'counts every leg, and the first of each customer in a day, by steps of %i ms',
    async (stepMs) => {
      const answer = JSON.parse(`[${(await piecesOf(stepMs, 50_000)).join('')}]`) as {
        groupId: string;
        historicData: Record<string, number | string>[];
      }[];
      expect(answer.map(({ groupId }) => groupId)).toEqual(['a', 'b', `c"'`, 'd', 'e']);
      for (const { groupId, historicData } of answer) {
        const buckets = historicData.map((bucket) => [
          Date.parse(String(bucket['startInterval'])),
          ...['notUniqueReceived', 'notUniqueTreated', 'notUniqueMissed'].map((name) => bucket[name]),
          ...['receivedCalls', 'treatedCalls', 'missCalls'].map((name) => bucket[name]),
        ]);
        expect(buckets).toEqual(expectedBuckets(groupId, stepMs));
      }
    },
  );

  it('counts as unique, of two legs of one contact and instant, the one that the fold begins first', async () => {
    const begin = START + 20 * DAY;
    const beginnings = ['abandoned', 'answered', 'offered', 'queued'];
    const rows = beginnings.flatMap((later, place) =>
      beginnings.slice(place + 1).flatMap((first) => {
        const contact = `${first} before ${later}`;
        const columns = ['S', 'twice', timestamp(begin), contact, contact];
        return [
          [...columns, first, 'processed', 1],
          [...columns, later, 'missed', 1],
        ];
      }),
    );
    await connection.insert(
      'groups.legs',
      ['system_id', 'group_id', 'begin', 'contact_id', 'customer_id', 'begun_by', 'outcome', 'version'],
      rows,
    );
    const query = { systemId: 'S', start: begin, end: begin + DAY, stepMs: DAY, groupIds: ['twice'] };
    const options = { database: 'groups', staticServiceId: '1', timeZone: 'UTC', rowsPerPiece: 1_000 };
    let text = '';
    for await (const piece of serviceGroupData(connection, query, options)) text += piece.toString();
    expect(JSON.parse(text)).toMatchObject({
      historicData: [{ notUniqueReceived: 12, receivedCalls: 6, treatedCalls: 6, missCalls: 0 }],
    });
  });

  it.each([
    ['few buckets', 5 * MINUTE, 150, 3],
    ['few legs, for any step', DAY, 20, 5],
    ['a group each', 5 * MINUTE, 1, 5],
  ])('has the same text in pieces of %s', async (_name, stepMs, rowsPerPiece, pieces) => {
    const whole = await piecesOf(stepMs, 50_000);
    const cut = await piecesOf(stepMs, rowsPerPiece);
    expect(cut.join('')).toBe(whole.join(''));
    expect(cut.filter((text) => text.startsWith('{'))).toHaveLength(pieces);
  });
});
