import type { Owned } from './owned.js';
import type { GenerateTask } from './processes/store-only.js';
import { isoSecond } from './probes.js';
import { progress } from './progress.js';
import { agentIds, SYSTEM } from './status-stream.js';

export const QUERIED_AGENTS = 1_000;
/** Intervals of an agent in a day, one after another. */
export const PER_DAY = 480;

const DAY_SECONDS = 86_400;

/** A store full of intervals, in a directory that one process at a time can use. */
export interface IntervalStore {
  readonly dataDirectory: string;
  readonly intervals: number;
  readonly days: number;
  /** Midnight of the first day, in seconds since the Unix epoch. */
  readonly firstSecond: number;
}

/** Makes the intervals in the store itself, in the service's own schema. */
export async function makeIntervalStore(owned: Owned, wanted: number): Promise<IntervalStore> {
  const days = Math.ceil(wanted / QUERIED_AGENTS / PER_DAY);
  const firstSecond = (Math.floor(Date.now() / 1000 / DAY_SECONDS) - days - 1) * DAY_SECONDS;
  const dataDirectory = owned.directory();
  progress(`making ${QUERIED_AGENTS} agents × ${days} days × ${PER_DAY} intervals`);
  const [process] = await owned.process('store-only', dataDirectory);
  const task: GenerateTask = {
    kind: 'generate',
    agents: QUERIED_AGENTS,
    days,
    perDay: PER_DAY,
    firstSecond,
  };
  const { intervals } = await process.ask<{ intervals: number }>(task);
  await process.stop();
  return { dataDirectory, intervals, days, firstSecond };
}

/** Some whole days from the middle of the store, in seconds since the Unix epoch. */
export function daysOf(store: IntervalStore, days: number): { start: number; end: number } {
  const start = store.firstSecond + Math.floor((store.days - days) / 2) * DAY_SECONDS;
  return { start, end: start + days * DAY_SECONDS };
}

export function agentStatusDataUrl(
  serviceUrl: string,
  agents: number,
  { start, end }: { start: number; end: number },
): string {
  return (
    `${serviceUrl}/systems/${SYSTEM}/historic/agentStatusData?startDate=${isoSecond(start)}` +
    `&endDate=${isoSecond(end)}&agentId=${agentIds(agents).join(',')}`
  );
}
