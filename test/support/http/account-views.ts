import { askOps } from './ops-client.js';
import { eventually, metric } from './service-client.js';

/** What became of a system's events according to `GET /ops/systems`. */
export interface AccountView {
  readonly systemId: string;
  readonly received: number;
  readonly stored: number;
  readonly repeats: number;
  readonly deadLettered: number;
  readonly unaccounted: number;
}

/** The accounts of all systems that a query process knows. @throws unless the answer is 200. */
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

/** An account in which nothing is missing. */
export function balancedAccount(
  systemId: string,
  { stored = 0, repeats = 0, deadLettered = 0 }: Partial<AccountView>,
): AccountView {
  const received = stored + repeats + deadLettered;
  return { systemId, received, stored, repeats, deadLettered, unaccounted: 0 };
}

/** Fails unless a query process reports exactly these accounts, and its gauges show nothing unaccounted for. */
export async function expectAccounts(queryUrl: string, accounts: readonly AccountView[]): Promise<void> {
  expect(await accountsOf(queryUrl)).toEqual(accounts);
  // The gauges are updated periodically.
  await eventually(async () => (await metric(queryUrl, 'wfm_unaccounted_events')) === 0, 60_000);
  expect(await metric(queryUrl, 'wfm_unreconciled_systems')).toBe(0);
}
