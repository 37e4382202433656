import { timelineKey, type StatusEvent } from '#domain';
import { audit, StoreConnection, type StoreSettings } from '#store';
import { pairByBruteForce } from '../../../libs/oracle/src/brute-force-pairing.js';
import type { SeededRandom } from '#oracle';

const DATABASE = 'statusledger';
const STATE_MAX_AGE_MS = 43_200_000;

/** A status event as the senders of a chaos test post it. */
export interface Sent {
  readonly systemId: string;
  readonly workerId: string;
  readonly stateCode: string;
  readonly stateName: string;
  readonly actionTime: number;
  readonly action: 0 | 1;
}

/** An event out of few agents and codes, with unordered times, so that projected intervals are corrected often. */
export function nthEvent(number: number, random: SeededRandom): Sent {
  const code = `c${random.integer(0, 3)}`;
  return {
    systemId: 'chaos',
    workerId: String(random.integer(1, 200)),
    stateCode: code,
    stateName: `state ${code}`,
    actionTime: Math.floor(Date.now() / 1000) - 86_400 + random.integer(0, 80_000),
    action: number % 2 === 0 ? 1 : 0,
  };
}

export function identity({ workerId, stateCode, actionTime, action }: Sent): string {
  return `${workerId} ${stateCode} ${actionTime * 1000} ${action === 1 ? 'enter' : 'exit'}`;
}

export function recordIdentity({ workerId, stateCode, actionTime, action }: StatusEvent): string {
  return `${workerId} ${stateCode} ${actionTime} ${action}`;
}

/** Fails unless the store's intervals are the fold over the events, and the audit finds nothing. */
export async function expectFold(settings: StoreSettings, events: readonly StatusEvent[]): Promise<void> {
  const connection = StoreConnection.open(settings);
  try {
    const rows = await connection.rows(
      `SELECT worker_id, toUnixTimestamp64Milli(start), toUnixTimestamp64Milli(end), toString(state_code),
              toString(ended_by)
       FROM ${DATABASE}.state_intervals FINAL`,
    );
    expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(expectedRows(events).sort());
    for await (const part of audit(connection, { database: DATABASE, stateMaxAgeMs: STATE_MAX_AGE_MS })) {
      expect(part.differences).toEqual([]);
    }
  } finally {
    await connection.close();
  }
}

function expectedRows(events: readonly StatusEvent[]): string[] {
  const timelines = new Map<string, StatusEvent[]>();
  for (const event of events) {
    const key = timelineKey(event);
    const timeline = timelines.get(key);
    if (timeline === undefined) timelines.set(key, [event]);
    else timeline.push(event);
  }
  return [...timelines.values()].flatMap((timeline) =>
    pairByBruteForce(timeline, { stateMaxAgeMs: STATE_MAX_AGE_MS }).intervals.map((i) =>
      JSON.stringify([timeline[0]!.workerId, i.start, i.end, i.stateCode, i.endedBy]),
    ),
  );
}
