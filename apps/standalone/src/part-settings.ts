import type { Settings } from '#edge';
import type { EventLogSettings } from '#event-log';
import type { StoreSettings } from '#store';
import type { TimeLimits } from '../../receiver/src/time-limits.js';

const DAY_MS = 86_400_000;

/** The log keeps everything that can still be in the store. */
export function eventLogSettings(settings: Settings): EventLogSettings {
  return {
    dataDirectory: settings.DATA_DIR,
    retentionMs: (settings.RETENTION_DAYS + 1) * DAY_MS + settings.MAX_CLOCK_SKEW_SECONDS * 1000,
  };
}

export function timeLimits(settings: Settings): TimeLimits {
  return {
    maxClockSkewSeconds: settings.MAX_CLOCK_SKEW_SECONDS,
    retentionDays: settings.RETENTION_DAYS,
  };
}

export function storeSettings(settings: Settings): StoreSettings {
  const database = settings.CLICKHOUSE_DATABASE;
  if (settings.CLICKHOUSE_URL === undefined) return { dataDirectory: settings.DATA_DIR, database };
  return {
    url: settings.CLICKHOUSE_URL,
    database,
    ...(settings.CLICKHOUSE_USERNAME === undefined ? {} : { username: settings.CLICKHOUSE_USERNAME }),
    ...(settings.CLICKHOUSE_PASSWORD === undefined ? {} : { password: settings.CLICKHOUSE_PASSWORD }),
  };
}
