import { askOps } from './ops-client.js';
import { eventually, metric } from './service-client.js';

/** What `GET /ops/systems` says became of a system's events. */
export interface AccountView {
  readonly systemId: string;
  readonly received: number;
  readonly stored: number;
  readonly repeats: number;
  readonly deadLettered: number;
  readonly unaccounted: number;
}

/** The accounts of all systems that a query knows; fails unless the answer is 200. */
export async function accountsOf(queryUrl: string): Promise<AccountView[]> {
  const answer = await askOps(queryUrl, 'systems');
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body.toString()}`);
  return (answer.json() as AccountView[]).map(
    ({ systemId, received, stored, repeats, deadLettered, unaccounted }) => ({
      systemId,
      received,
      stored,
      repeats,
      deadLettered,
      unaccounted,
    }),
  );
}

/** An account that misses nothing. */
export function settledAccount(
  systemId: string,
  { stored = 0, repeats = 0, deadLettered = 0 }: Partial<AccountView>,
): AccountView {
  const received = stored + repeats + deadLettered;
  return { systemId, received, stored, repeats, deadLettered, unaccounted: 0 };
}

/** Fails unless a query tells exactly these accounts, and its gauges that nothing is unaccounted for. */
export async function expectAccounts(queryUrl: string, accounts: readonly AccountView[]): Promise<void> {
  expect(await accountsOf(queryUrl)).toEqual(accounts);
  // Gauges are as old as the last time they were made.
  await eventually(async () => (await metric(queryUrl, 'wfm_unaccounted_events')) === 0, 60_000);
  expect(await metric(queryUrl, 'wfm_unreconciled_systems')).toBe(0);
}
