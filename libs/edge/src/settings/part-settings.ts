import { DAY_MS } from '#domain';
import type { TracingSettings } from '#telemetry';
import type { Settings } from './settings.js';

/** The settings of the event log. The log retains everything that can still be in the store. */
export function eventLogSettings(settings: Settings) {
  const { KAFKA_BROKERS: brokers } = settings;
  return {
    dataDirectory: settings.DATA_DIR,
    retentionMs: (settings.RETENTION_DAYS + 1) * DAY_MS + settings.MAX_CLOCK_SKEW_SECONDS * 1000,
    ...(brokers === undefined
      ? {}
      : {
          kafka: {
            brokers,
            ssl: settings.KAFKA_SSL === '1',
            prefix: settings.KAFKA_TOPIC_PREFIX,
            partitions: settings.KAFKA_PARTITIONS,
            replicationFactor: settings.KAFKA_REPLICATION_FACTOR,
            ...kafkaCredentials(settings),
          },
        }),
  };
}

function kafkaCredentials({
  KAFKA_SASL_MECHANISM: mechanism,
  KAFKA_SASL_USERNAME: username = '',
  KAFKA_SASL_PASSWORD: password = '',
}: Settings) {
  return mechanism === undefined ? {} : { sasl: { mechanism, username, password } };
}

/** The settings of tracing. */
export function tracingSettings(settings: Settings): TracingSettings {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = settings;
  return {
    sampler: settings.OTEL_TRACES_SAMPLER,
    ratio: settings.OTEL_TRACES_SAMPLER_ARG,
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** The limits on the times of events. */
export function timeLimits(settings: Settings) {
  return {
    maxClockSkewSeconds: settings.MAX_CLOCK_SKEW_SECONDS,
    retentionDays: settings.RETENTION_DAYS,
  };
}

/** The settings of the connection to the store. */
export function storeSettings(settings: Settings) {
  const database = settings.CLICKHOUSE_DATABASE;
  if (settings.CLICKHOUSE_URL === undefined) return { dataDirectory: settings.DATA_DIR, database };
  return {
    url: settings.CLICKHOUSE_URL,
    database,
    ...(settings.CLICKHOUSE_CLUSTER === undefined ? {} : { cluster: settings.CLICKHOUSE_CLUSTER }),
    ...(settings.CLICKHOUSE_USERNAME === undefined ? {} : { username: settings.CLICKHOUSE_USERNAME }),
    ...(settings.CLICKHOUSE_PASSWORD === undefined ? {} : { password: settings.CLICKHOUSE_PASSWORD }),
  };
}

/** What the figures of systems depend on, apart from the events. */
export function systemRules(settings: Settings) {
  return { timeZone: settings.TIME_ZONE, retentionDays: settings.RETENTION_DAYS };
}

/** What audits of the store depend on, apart from the events. */
export function auditRules(settings: Settings) {
  return {
    database: settings.CLICKHOUSE_DATABASE,
    stateMaxAgeMs: settings.STATE_MAX_AGE_SECONDS * 1000,
    retentionDays: settings.RETENTION_DAYS,
  };
}

/** What answers depend on, apart from the events. */
export function answerRules(settings: Settings) {
  return {
    stateMaxAgeMs: settings.STATE_MAX_AGE_SECONDS * 1000,
    sessionGapMs: settings.SESSION_GAP_SECONDS * 1000,
    offlineStateCodes: settings.OFFLINE_STATE_CODES,
    staticServiceId: settings.STATIC_SERVICE_ID,
    timeZone: settings.TIME_ZONE,
    serviceLevelMs: settings.SERVICE_LEVEL_SECONDS * 1000,
    contactMaxAgeMs: settings.CONTACT_MAX_AGE_SECONDS * 1000,
  };
}
