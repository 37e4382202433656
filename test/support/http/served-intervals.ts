import { timelineKey, type StatusEvent } from '#domain';
import type { StoreConnection } from '#store';
import { pairByBruteForce } from '../../../libs/oracle/src/brute-force-pairing.js';
import { request, type Answer } from './service-client.js';

const STATE_MAX_AGE_MS = 43_200_000;

interface AgentStates {
  readonly agentId: string;
  readonly groupId?: string;
  readonly states: readonly { startDate: string; endDate: string; stateCode: string; stateName: string }[];
}

/** The expected answer of `agentStatusData` for all these events: intervals with a known end, as comparable lines. */
export function expectedIntervals(events: readonly StatusEvent[]): string[] {
  const timelines = new Map<string, StatusEvent[]>();
  for (const event of events) {
    const key = timelineKey(event);
    timelines.set(key, [...(timelines.get(key) ?? []), event]);
  }
  return [...timelines.values()]
    .flatMap((timeline) => {
      const { workerId, groupId } = timeline[0]!;
      return pairByBruteForce(timeline, { stateMaxAgeMs: STATE_MAX_AGE_MS })
        .intervals.filter(({ end }) => end !== null)
        .map(({ start, end, stateCode, stateName }) =>
          line(workerId, groupId, new Date(start), new Date(end!), stateCode, stateName),
        );
    })
    .sort();
}

/** Requests all intervals of these agents. */
export function askIntervals(url: string, agents: readonly string[]): Promise<Answer> {
  const period = 'startDate=1971-01-01T00:00:00Z&endDate=2199-01-01T00:00:00Z';
  return request(`${url}/historic/agentStatusData?${period}&agentId=${agents.join(',')}`);
}

/** The intervals in an answer, as lines of {@link expectedIntervals}; none for a 404. */
export function servedIntervals(answer: Answer): string[] {
  if (answer.status === 404) return [];
  return (answer.json() as AgentStates[])
    .flatMap(({ agentId, groupId = '', states }) =>
      states.map(({ startDate, endDate, stateCode, stateName }) =>
        line(agentId, groupId, new Date(startDate), new Date(endDate), stateCode, stateName),
      ),
    )
    .sort();
}

function line(agent: string, group: string, start: Date, end: Date, code: string, name: string): string {
  return [agent, group, start.toISOString(), end.toISOString(), code, name].join(' ');
}

/** The intervals in a store, as lines of {@link expectedIntervals}. */
export async function storedIntervals(connection: StoreConnection, database: string): Promise<string[]> {
  const rows = await connection.rows<[string, string, number, number, string, string]>(
    `SELECT worker_id, group_id, toUnixTimestamp64Milli(start), toUnixTimestamp64Milli(assumeNotNull(end)),
            toString(state_code), toString(state_name)
     FROM ${database}.state_intervals FINAL WHERE end IS NOT NULL`,
  );
  return rows
    .map(([worker, group, start, end, code, name]) =>
      line(worker, group, new Date(start), new Date(end), code, name),
    )
    .sort();
}
