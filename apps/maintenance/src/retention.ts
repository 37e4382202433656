import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '#command';
import { eventLogSettings, readSettings, storeSettings, type Settings } from '#edge/settings';
import { decideRetention } from '#domain';
import { createEventLog, EmbeddedEventLog, type RetentionOutcome } from '#event-log';
import { migrate, StoreConnection, StoreInUseError, StoreRetention, type ExpiredMonth } from '#store';
import { wallClock } from '#telemetry';
import { INVOCATION, parseRetentionOptions, type RetentionOptions } from './retention/retention-options.js';
import { reportOf, type FoundExpired } from './retention/retention-report.js';

/** Shows the expired data and, with --apply, removes it. */
async function run({ isApplied }: RetentionOptions): Promise<void> {
  const settings = readSettings(process.env);
  const find = settings.KAFKA_BROKERS === undefined ? inLogAndStore : inStoreAlone;
  process.stdout.write(reportOf(await find(settings, isApplied), isApplied));
}

/** With an embedded log, the store follows the decision for the log. */
async function inLogAndStore(settings: Settings, isApplied: boolean): Promise<FoundExpired> {
  const log = createEventLog(eventLogSettings(settings)) as EmbeddedEventLog;
  try {
    const outcome = isApplied ? await log.enforceRetention(true) : found(log);
    const { cutoff } = outcome!.decision;
    const months = await withStore(settings, (store) =>
      isApplied ? store.removeExpired(cutoff) : store.expired(cutoff),
    );
    return { log: outcome!, months };
  } finally {
    await log.close();
  }
}

function found(log: EmbeddedEventLog): RetentionOutcome {
  const findings = log.findExpired()!;
  return { findings, decision: decideRetention(findings) };
}

/** Kafka removes its records itself. */
async function inStoreAlone(settings: Settings, isApplied: boolean): Promise<FoundExpired> {
  const { retentionMs } = eventLogSettings(settings);
  const connection = StoreConnection.open(storeSettings(settings));
  try {
    const { CLICKHOUSE_DATABASE: database, RETENTION_DAYS: retentionDays } = settings;
    await migrate(connection, { database, retentionDays });
    const store = new StoreRetention(connection, database);
    const outcome = isApplied
      ? await store.run(wallClock(), retentionMs, true)
      : await store.find(wallClock(), retentionMs);
    return { store: outcome, months: outcome.months };
  } finally {
    await connection.close();
  }
}

/** Does not create a store that does not exist yet. */
async function withStore(
  settings: Settings,
  work: (store: StoreRetention) => Promise<readonly ExpiredMonth[]>,
): Promise<FoundExpired['months']> {
  if (settings.CLICKHOUSE_URL === undefined && !existsSync(join(settings.DATA_DIR, 'store'))) return [];
  let connection: StoreConnection | undefined;
  try {
    connection = StoreConnection.open(storeSettings(settings));
    return await work(new StoreRetention(connection, settings.CLICKHOUSE_DATABASE));
  } catch (error) {
    if (error instanceof StoreInUseError) return 'in use';
    throw error;
  } finally {
    await connection?.close();
  }
}

await runCommand({ invocation: INVOCATION, environment: process.env, parse: parseRetentionOptions, run });
