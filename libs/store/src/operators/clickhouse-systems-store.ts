import { DAY_MS } from '#domain';
import type { StoreConnection } from '../connection/connection.js';
import type { Asker } from '../questions/asker.js';
import { silenceWindows, silentSystemIds } from './silent-systems.js';
import { systemAccounts } from './system-accounts.js';
import { systemDefects } from './system-defects.js';
import { unmappedAgents } from './unmapped-agents.js';
import {
  ACCOUNTED_DAYS,
  MAX_LISTED_SYSTEMS,
  UNMAPPED_WITHIN_MS,
  type SystemAccount,
  type SystemFigures,
  type SystemsQuery,
  type SystemsStore,
  type SystemTotals,
} from './systems-store.js';

const ASKED_FOR = 'system_id IN {systems:Array(String)}';
const ALL = '1';

export interface SystemsStoreOptions {
  readonly database: string;
  /** The IANA time zone of the site. */
  readonly timeZone: string;
  /** The log keeps the records of at least this many days. */
  readonly retentionDays: number;
}

/** A map by system. */
type BySystem<T> = ReadonlyMap<string, T>;

type Activity = Pick<SystemFigures, 'lastReceivedAt' | 'lastActionTime'>;
type Defects = Readonly<Record<string, Readonly<Record<string, number>>>>;

const NO_ACCOUNT: SystemAccount = {
  received: 0,
  stored: 0,
  repeats: 0,
  deadLettered: 0,
  unaccounted: 0,
  redelivered: 0,
};

/** Answers operators' questions about systems from the tables that projectors write. */
export class ClickHouseSystemsStore implements SystemsStore {
  private readonly connection: StoreConnection;

  constructor(
    connection: StoreConnection,
    private readonly options: SystemsStoreOptions,
  ) {
    this.connection = connection.forQuestion('small');
  }

  askedBy(asker: Asker): ClickHouseSystemsStore {
    return new ClickHouseSystemsStore(this.connection.askedBy(asker), this.options);
  }

  async figures({ systemId, from, to, now }: SystemsQuery): Promise<readonly SystemFigures[]> {
    const systems = await this.known(systemId);
    if (systems.length === 0) return [];
    const [accounts, activity, silent, unmapped, defects] = [
      await this.accounts(systems, now),
      await this.activity(systems),
      await this.silent(now),
      await this.unmapped(systems, from, to),
      await this.defects(systems, from, to),
    ];
    return systems.map((id) => ({
      systemId: id,
      ...(accounts.get(id) ?? NO_ACCOUNT),
      ...(activity.get(id) ?? { lastReceivedAt: null, lastActionTime: null }),
      silent: silent.has(id),
      unmappedAgents: unmapped.get(id) ?? null,
      ...defectFigures(defects.get(id) ?? {}),
    }));
  }

  async totals(now: number): Promise<SystemTotals> {
    const { database } = this.options;
    const [accounts] = await this.connection.rows<[number, number]>(
      `SELECT sum(unaccounted), countIf(unaccounted > 0) FROM (${systemAccounts(database, ALL)})`,
      { oldestReceipt: this.oldestReceipt(now) },
    );
    const [unmapped] = await this.connection.rows<[number]>(
      `SELECT sum(unmapped) FROM (${unmappedAgents(database, ALL)})`,
      { from: now - UNMAPPED_WITHIN_MS, to: now },
    );
    const silent = await this.silent(now);
    return {
      unaccountedEvents: accounts![0],
      unreconciledSystems: accounts![1],
      silentSystems: silent.size,
      unmappedAgents: unmapped![0],
    };
  }

  /** Systems that ever sent anything, or the requested one if it is among them. */
  private async known(systemId: string | undefined): Promise<readonly string[]> {
    const { database } = this.options;
    const where = systemId === undefined ? ALL : 'system_id = {system:String}';
    const rows = await this.connection.rows<[string]>(
      `SELECT system_id FROM (
         SELECT system_id FROM ${database}.systems WHERE ${where}
         UNION DISTINCT SELECT system_id FROM ${database}.system_activity WHERE ${where}
         UNION DISTINCT SELECT toString(system_id) FROM ${database}.receipts WHERE ${where}
       ) ORDER BY system_id LIMIT ${MAX_LISTED_SYSTEMS}`,
      systemId === undefined ? {} : { system: systemId },
    );
    return rows.map(([id]) => id);
  }

  private async accounts(systems: readonly string[], now: number): Promise<BySystem<SystemAccount>> {
    const rows = await this.connection.rows<[string, number, number, number, number, number]>(
      `SELECT system_id, stored, repeats, dead_lettered, redelivered, unaccounted
       FROM (${systemAccounts(this.options.database, ASKED_FOR)})`,
      { systems, oldestReceipt: this.oldestReceipt(now) },
    );
    return new Map(
      rows.map(([id, stored, repeats, deadLettered, redelivered, unaccounted]) => {
        const received = stored + repeats + deadLettered + unaccounted;
        return [id, { received, stored, repeats, deadLettered, unaccounted, redelivered }];
      }),
    );
  }

  private async activity(systems: readonly string[]): Promise<BySystem<Activity>> {
    const rows = await this.connection.rows<[string, number, number | null]>(
      `SELECT system_id, toUnixTimestamp(max(last_received)), toUnixTimestamp(max(last_action))
       FROM ${this.options.database}.system_activity WHERE ${ASKED_FOR} GROUP BY system_id`,
      { systems },
    );
    return new Map(
      rows.map(([id, lastReceivedAt, lastActionTime]) => [id, { lastReceivedAt, lastActionTime }]),
    );
  }

  private async silent(now: number): Promise<ReadonlySet<string>> {
    const { database, timeZone } = this.options;
    const windows = await silenceWindows(this.connection, now, timeZone);
    const rows = await this.connection.rows<[string]>(silentSystemIds(database), windows);
    return new Set(rows.map(([id]) => id));
  }

  private async unmapped(systems: readonly string[], from: number, to: number) {
    const rows = await this.connection.rows<[string, number, readonly string[]]>(
      unmappedAgents(this.options.database, ASKED_FOR),
      { systems, from, to },
    );
    return new Map(rows.map(([id, count, sample]) => [id, { count, sample }]));
  }

  private async defects(systems: readonly string[], from: number, to: number): Promise<BySystem<Defects>> {
    const rows = await this.connection.rows<[string, string, string, number]>(
      systemDefects(this.options.database),
      { systems, from, to },
    );
    const found = new Map<string, Record<string, Record<string, number>>>();
    for (const [id, table, kind, count] of rows) {
      const ofSystem = found.get(id) ?? {};
      (ofSystem[table] ??= {})[kind] = count;
      found.set(id, ofSystem);
    }
    return found;
  }

  /** Anything received earlier may be gone from the log, so a rebuilt store would not have it. */
  private oldestReceipt(now: number): number {
    return now - Math.min(ACCOUNTED_DAYS, this.options.retentionDays) * DAY_MS;
  }
}

function defectFigures({ anomalies = {}, contact_anomalies = {}, dead_letters = {} }: Defects) {
  return {
    exitsWithoutEnter: anomalies['orphan_exit'] ?? 0,
    lostExits: anomalies['lost_exit'] ?? 0,
    contradictingEnters: anomalies['contradicting_enters'] ?? 0,
    contactAnomalies: contact_anomalies,
    deadLettersByReason: dead_letters,
  };
}
