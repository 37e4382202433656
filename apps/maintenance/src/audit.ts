import { DAY_MS } from '#domain';
import { wallClock } from '#telemetry';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, ExitCode, runCommand, withProgress, type Interruption } from '#command';
import { auditRules, eventLogSettings, readSettings, storeSettings, type Settings } from '#edge/settings';
import { createEventLog, Topic, type ConsumerGroups, type EventReader, type TopicName } from '#event-log';
import {
  audit,
  auditLogged,
  type AuditProgress,
  auditSample,
  BegunWrites,
  ClickHouseProjectionStore,
  damagedParts,
  PartsManifest,
  refuseNewerSchema,
  StoreAudits,
  StoreConnection,
  StoreInUseError,
} from '#store';
import {
  rulesText,
  compareStoreWithLog,
  loggedEvents,
  SURELY_PROJECTED_MS,
  PROJECTOR_GROUP,
  refuseProjectorsAtWork,
} from '#projection';
import { INVOCATION, parseAuditCommand, type AuditCommand } from './audit/audit-options.js';
import { auditOverHttp, type AuditedByService } from './audit/audit-over-http.js';
import { AuditReport, summaryText } from './audit/audit-report.js';
import { formatCount } from './format-count.js';
import { NotRepairableError, removeDamage, repairDifferences } from './audit/repair-run.js';

/** A repair has to know every timeline and contact that differs. */
const ALL_DIFFERENCES = 1_000_000_000;

/** There is nothing to audit. */
class NoStoreError extends CommandError {
  override readonly name = 'NoStoreError';
}

/** Compares the store with its raw events, and these with the log. */
async function run(command: AuditCommand, interruption: Interruption): Promise<ExitCode> {
  interruption.advice = () =>
    command.repair
      ? 'Run the same command again before you start the service.'
      : 'Nothing was changed. Run the same command again.';
  const settings = readSettings(process.env);
  printSample(command);
  if (command.url !== undefined) return byService(command, command.url);
  const connection = openStore(settings, command);
  if (connection === undefined) return byService(command, ownUrl(settings));
  const log = createEventLog(eventLogSettings(settings));
  try {
    await refuseNewerSchema(connection, settings.CLICKHOUSE_DATABASE);
    return await (command.repair ? repair : look)({ settings, command, connection, log });
  } finally {
    await log.close();
    await connection.close();
  }
}

function printSample({ sample }: AuditCommand): void {
  if (sample === undefined) return;
  const { size, seed } = sample;
  process.stdout.write(
    `Sampling ${size} timelines and ${size} contacts; --seed ${seed} selects the same again.\n`,
  );
}

/** @returns `undefined` if a service has the embedded store open and can audit it. */
function openStore(settings: Settings, { repair: isRepair }: AuditCommand): StoreConnection | undefined {
  if (settings.CLICKHOUSE_URL === undefined && !existsSync(join(settings.DATA_DIR, 'store'))) {
    throw new NoStoreError(
      `There is no store in ${settings.DATA_DIR}: set DATA_DIR to that of the service, or CLICKHOUSE_URL.`,
    );
  }
  try {
    return StoreConnection.open(storeSettings(settings));
  } catch (error) {
    if (error instanceof StoreInUseError && !isRepair) return undefined;
    throw error;
  }
}

function ownUrl({ TLS_CERT_FILE, HOST, PORT }: Settings): string {
  const isAnyAddress = HOST === '0.0.0.0' || HOST === '::';
  const host = isAnyAddress ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return `${TLS_CERT_FILE === undefined ? 'http' : 'https'}://${host}:${PORT}`;
}

async function byService({ sample, apiKey }: AuditCommand, url: string): Promise<ExitCode> {
  const total: AuditedByService = { rows: 0, tables: 0 };
  const { report, tookMs } = await gather(auditOverHttp({ url, apiKey, sample }, total));
  return printSummary(report, total, tookMs);
}

interface Audited {
  readonly settings: Settings;
  readonly command: AuditCommand;
  readonly connection: StoreConnection;
  readonly log: EventReader & ConsumerGroups;
}

async function look(audited: Audited): Promise<ExitCode> {
  const { settings, command, connection } = audited;
  if (command.sample === undefined && (await isDamaged(connection, settings.CLICKHOUSE_DATABASE))) {
    return ExitCode.failed;
  }
  const mismatch = await mismatchOf(audited);
  if (mismatch !== undefined) process.stdout.write(`The store does not match the log: ${mismatch}\n`);
  const { report, tookMs } = await gather(partsOf(audited));
  const outcome = printSummary(report, report.total, tookMs);
  return mismatch === undefined ? outcome : ExitCode.failed;
}

/** Why store and log do not belong together. The audit itself would miss it, since each may be right by itself. */
async function mismatchOf({ settings, connection, log }: Audited): Promise<string | undefined> {
  // Without Kafka's settings, the log of a server's store cannot be read from here.
  if (settings.CLICKHOUSE_URL !== undefined && settings.KAFKA_BROKERS === undefined) return undefined;
  const { CLICKHOUSE_DATABASE: database, DATA_DIR, STATE_MAX_AGE_SECONDS } = settings;
  const begun = settings.CLICKHOUSE_URL === undefined ? new BegunWrites(DATA_DIR, database) : undefined;
  const rules = rulesText({ stateMaxAgeMs: STATE_MAX_AGE_SECONDS * 1000 });
  return compareStoreWithLog({
    store: new ClickHouseProjectionStore(connection, database, begun),
    log,
    topics: Object.values(Topic).map((topic) => ({ topic, rules })),
  });
}

/** Lists damaged parts. With any of them nothing else can be compared, since every query would fail. */
async function isDamaged(connection: StoreConnection, database: string): Promise<boolean> {
  const damaged = await damagedParts(connection, database);
  for (const { table, part, message } of damaged) {
    process.stdout.write(`damaged part ${part} of ${table}: ${message}\n`);
  }
  if (damaged.length === 0) return false;
  process.stdout.write(
    "Next: stop the service and run 'npm run audit -- --repair' to project the contents of these parts again, or 'npm run rebuild' for everything.\n",
  );
  return true;
}

/** Projectors write to a server during the audit; nothing else writes to the embedded store, which is open here. */
async function* partsOf(audited: Audited): AsyncGenerator<AuditProgress> {
  const { settings, command, connection, log } = audited;
  const request = command.sample && { sample: command.sample.size, seed: command.sample.seed };
  if (settings.CLICKHOUSE_URL !== undefined && !command.repair) {
    const logged = () => loggedEvents(log, { appendedBefore: wallClock() - SURELY_PROJECTED_MS });
    const isLogThere = settings.KAFKA_BROKERS !== undefined;
    yield* new StoreAudits(connection, {
      ...auditRules(settings),
      ...(isLogThere ? { logged } : {}),
    }).run(request ?? {});
    return;
  }
  const options = { ...auditRules(settings), sinceMs: wallClock() - settings.RETENTION_DAYS * DAY_MS };
  if (request !== undefined) yield* auditSample(connection, { ...options, ...request });
  else
    yield* everything(connection, log, {
      ...options,
      toldDifferences: command.repair ? ALL_DIFFERENCES : 100,
    });
}

type EverythingOptions = Parameters<typeof auditLogged>[2];

async function* everything(
  connection: StoreConnection,
  log: EventReader & ConsumerGroups,
  options: EverythingOptions,
): AsyncGenerator<AuditProgress> {
  let parts = 1;
  for await (const part of audit(connection, options)) {
    parts = part.parts + 1;
    yield { ...part, parts };
  }
  const ends = new Map<TopicName, Map<number, number>>();
  for (const topic of [Topic.status, Topic.contact]) ends.set(topic, await projectedUntil(log, topic));
  const logged = loggedEvents(log, {
    projectedUntil: (topic, partition) => ends.get(topic)!.get(partition) ?? 0,
  });
  for await (const part of auditLogged(connection, logged, options)) {
    yield { ...part, parts, done: parts - 1 + part.done };
  }
}

/** Where the projectors will continue: later records are not in the store yet. */
async function projectedUntil(log: ConsumerGroups, topic: TopicName): Promise<Map<number, number>> {
  const consumer = await log.join(PROJECTOR_GROUP, topic);
  try {
    const positions = await consumer.positions();
    return new Map(positions.map(({ partition, offset }) => [partition, offset]));
  } finally {
    await consumer.close();
  }
}

async function gather(parts: AsyncIterable<AuditProgress>): Promise<{ report: AuditReport; tookMs: number }> {
  const startedAt = performance.now();
  const report = new AuditReport();
  await withProgress('Auditing', 'parts', async (show) => {
    for await (const part of parts) {
      show(part.done, part.parts);
      report.add(part);
    }
  });
  return { report, tookMs: performance.now() - startedAt };
}

function printSummary(
  report: AuditReport,
  total: { rows: number; tables: number },
  tookMs: number,
): ExitCode {
  process.stdout.write(summaryText(report.differences, total, tookMs));
  return report.differences.length === 0 ? ExitCode.done : ExitCode.failed;
}

async function repair(audited: Audited): Promise<ExitCode> {
  const { settings, connection, log } = audited;
  if (connection.cluster !== undefined) {
    throw new NotRepairableError("A cluster's tables cannot be repaired in part: run 'npm run rebuild'.");
  }
  await refuseProjectorsAtWork(log, [{ topic: Topic.status }, { topic: Topic.contact }]);
  const { database, stateMaxAgeMs, retentionDays } = auditRules(settings);
  const parts = { connection, log, database, stateMaxAgeMs, retentionDays };
  const removed = await removeDamage(parts);
  if (removed > 0) process.stdout.write(`Removed ${count(removed, 'damaged part')}.\n`);
  const { report } = await gather(partsOf(audited));
  if (report.differences.length > 0) {
    const { timelines, contacts } = await repairDifferences(parts, report.differences, () => undefined);
    process.stdout.write(
      `Projected ${count(timelines.length, 'timeline')} and ${count(contacts.length, 'contact')} again.\n`,
    );
  }
  const again = await gather(partsOf(audited));
  // From now on, a part that goes missing from this state counts as damage.
  if (again.report.differences.length === 0) await new PartsManifest(connection, database).keep();
  return printSummary(again.report, again.report.total, again.tookMs);
}

function count(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;
}

await runCommand({
  invocation: INVOCATION,
  environment: process.env,
  parse: parseAuditCommand,
  run,
  // 1 means that there are differences.
  failureCode: ExitCode.usage,
});
