import { answerRules, auditRules, storeSettings, systemRules, timeLimits, type Settings } from '#edge';
import { Topic, type EventAppender, type EventReader } from '#event-log';
import { ProjectionGate, QueryModule } from '#answers';
import { resubmission } from '#ingestion';
import { OpsModule, SelfAudit, SystemGauges } from '#operators';
import { loggedEvents, SURELY_PROJECTED_MS } from '#projection';
import {
  ClickHouseQueryStore,
  ClickHouseSystemsStore,
  opsStores,
  StoreAudits,
  StoreConnection,
} from '#store';
import { wallClock } from '#telemetry';
import type { ServiceTelemetry } from './service-parts.js';

// The parts that the query program and the standalone service share. Neither the receiver nor the projector loads them.

/** Refuses answers until all topics but the dead letters are projected. */
export function createProjectionGate(): ProjectionGate {
  return new ProjectionGate(Object.values(Topic), Topic.deadLetter);
}

/** The stores that answers are read from. */
export interface AnsweringStores {
  readonly queries: ClickHouseQueryStore;
  readonly systems: ClickHouseSystemsStore;
  readonly gauges: SystemGauges;
}

export function createAnsweringStores(
  settings: Settings,
  connection: StoreConnection,
  { metrics }: ServiceTelemetry,
): AnsweringStores {
  const database = settings.CLICKHOUSE_DATABASE;
  const systems = new ClickHouseSystemsStore(connection, { database, ...systemRules(settings) });
  return {
    queries: new ClickHouseQueryStore(connection, { database, ...answerRules(settings) }),
    systems,
    gauges: new SystemGauges(systems, metrics),
  };
}

/** Compares samples of the store with its events, and with the log where there is one. */
export interface Auditing {
  readonly audits: StoreAudits;
  readonly selfAudit: SelfAudit;
  stop(): Promise<void>;
}

/** Opens a connection of its own, so that a long audit holds up no answer. It audits by itself once `selfAudit` starts. */
export function createAuditing(
  settings: Settings,
  log: EventReader | undefined,
  { metrics, logger }: ServiceTelemetry,
): Auditing {
  const connection = StoreConnection.open(storeSettings(settings));
  const logged = log && {
    logged: () => loggedEvents(log, { appendedBefore: wallClock() - SURELY_PROJECTED_MS }),
  };
  const audits = new StoreAudits(connection, { ...auditRules(settings), ...logged });
  const intervalSeconds = settings.SELF_AUDIT_INTERVAL;
  const selfAudit = new SelfAudit({ audits, metrics, logger, intervalSeconds });
  return {
    audits,
    selfAudit,
    async stop() {
      await selfAudit.stop();
      await audits.stop();
      await connection.close();
    },
  };
}

/** The WFM's methods. */
export function queryModule(
  settings: Settings,
  { queries }: AnsweringStores,
  { metrics, logger }: ServiceTelemetry,
) {
  const defaultSystemId = settings.DEFAULT_SYSTEM_ID;
  return QueryModule.register({ store: queries, metrics, logger, defaultSystemId });
}

export interface OperatorParts {
  readonly connection: StoreConnection;
  readonly stores: AnsweringStores;
  readonly auditing: Auditing;
  /** Dead letters can be sent again where there is a log to write to. */
  readonly log: Pick<EventAppender, 'append'> | undefined;
}

/** The operators' methods. */
export function operatorsModule(
  settings: Settings,
  { connection, stores, auditing, log }: OperatorParts,
  { metrics, logger }: ServiceTelemetry,
) {
  const limits = timeLimits(settings);
  return OpsModule.register({
    ...opsStores(connection, { database: settings.CLICKHOUSE_DATABASE, ...answerRules(settings) }),
    audits: auditing.audits,
    systems: stores.systems,
    metrics,
    logger,
    limits,
    resubmitting: log && {
      submit: resubmission({ log, metrics, limits }),
      mark: (record) => log.append(Topic.deadLetter, [record]),
    },
  });
}
