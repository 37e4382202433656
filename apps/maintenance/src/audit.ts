import { DAY_MS } from '#domain';
import { wallClock } from '#telemetry';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { auditRules, eventLogSettings, readSettings, storeSettings, type Settings } from '#edge/settings';
import { createEventLog, Topic, type EventLog, type TopicName } from '#event-log';
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
import { AuditUsageError, parseAuditCommand, USAGE, type AuditCommand } from './audit/audit-options.js';
import { auditOverHttp, AuditServiceError, type AuditedByService } from './audit/audit-over-http.js';
import { AuditReport, summaryText } from './audit/audit-report.js';
import { NotRepairableError, removeDamage, repairDifferences } from './audit/repair-run.js';
import { failWith } from './fail.js';

const EXIT_SAME = 0;
const EXIT_DIFFERENT = 1;
const EXIT_NOT_AUDITED = 2;

/** Every timeline and contact that differs has to be known to be repaired. */
const ALL_DIFFERENCES = 1_000_000_000;

/** There is nothing to audit. */
class NoStoreError extends Error {
  override readonly name = 'NoStoreError';
}

/** Compares the store with its raw events, and these with the log; exits with 0, 1 or 2 as {@link USAGE} says. */
async function run(args: readonly string[]): Promise<number> {
  const command = parseAuditCommand(args, process.env);
  if (command === 'help') {
    process.stdout.write(USAGE);
    return EXIT_SAME;
  }
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
  process.stdout.write(`A sample of ${size} timelines and ${size} contacts; --seed ${seed} repeats it.\n`);
}

/** @returns `undefined` if a service has the embedded store open, which can then be asked. */
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

async function byService({ sample, apiKey }: AuditCommand, url: string): Promise<number> {
  const total: AuditedByService = { rows: 0, tables: 0 };
  const { report, tookMs } = await gather(auditOverHttp({ url, apiKey, sample }, total));
  return printSummary(report, total, tookMs);
}

interface Audited {
  readonly settings: Settings;
  readonly command: AuditCommand;
  readonly connection: StoreConnection;
  readonly log: EventLog;
}

async function look(audited: Audited): Promise<number> {
  const { settings, command, connection } = audited;
  if (command.sample === undefined && (await isDamaged(connection, settings.CLICKHOUSE_DATABASE))) {
    return EXIT_DIFFERENT;
  }
  const mismatch = await mismatchOf(audited);
  if (mismatch !== undefined) process.stdout.write(`The store cannot be answered from: ${mismatch}\n`);
  const { report, tookMs } = await gather(partsOf(audited));
  const outcome = printSummary(report, report.total, tookMs);
  return mismatch === undefined ? outcome : EXIT_DIFFERENT;
}

/** Why store and log do not belong together: nothing else would show it, as each may be right by itself. */
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

/** Lists what cannot be read; the rest cannot be compared then, since every query would fail on it. */
async function isDamaged(connection: StoreConnection, database: string): Promise<boolean> {
  const damaged = await damagedParts(connection, database);
  for (const { table, part, message } of damaged) {
    process.stdout.write(`damaged part ${part} of ${table}: ${message}\n`);
  }
  if (damaged.length === 0) return false;
  process.stdout.write(
    "Stop the service and run 'npm run audit -- --repair' to project again what was in these, or 'npm run rebuild' for everything.\n",
  );
  return true;
}

/** A server is written to while it is audited; the embedded store is not, since it is open here. */
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
  log: EventLog,
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

/** Where the projectors will go on: what is behind that is not in the store yet. */
async function projectedUntil(log: EventLog, topic: TopicName): Promise<Map<number, number>> {
  const consumer = await log.join(PROJECTOR_GROUP, topic);
  try {
    const positions = await consumer.positions();
    return new Map(positions.map(({ partition, offset }) => [partition, offset]));
  } finally {
    await consumer.close();
  }
}

async function gather(parts: AsyncIterable<AuditProgress>): Promise<{ report: AuditReport; tookMs: number }> {
  const bar = new SingleBar(
    { format: 'Auditing {bar} {percentage}% | {value}/{total} parts' },
    Presets.shades_classic,
  );
  const began = performance.now();
  const report = new AuditReport();
  let isStarted = false;
  try {
    for await (const part of parts) {
      if (!isStarted) bar.start(part.parts, 0);
      isStarted = true;
      bar.update(part.done);
      report.add(part);
    }
  } finally {
    bar.stop();
  }
  return { report, tookMs: performance.now() - began };
}

function printSummary(report: AuditReport, total: { rows: number; tables: number }, tookMs: number): number {
  process.stdout.write(summaryText(report.differences, total, tookMs));
  return report.differences.length === 0 ? EXIT_SAME : EXIT_DIFFERENT;
}

async function repair(audited: Audited): Promise<number> {
  const { settings, connection, log } = audited;
  if (connection.cluster !== undefined) {
    throw new NotRepairableError("A cluster's tables cannot be repaired in part: run 'npm run rebuild'.");
  }
  await refuseProjectorsAtWork(log, [{ topic: Topic.status }, { topic: Topic.contact }]);
  const { database, stateMaxAgeMs, retentionDays } = auditRules(settings);
  const parts = { connection, log, database, stateMaxAgeMs, retentionDays };
  const removed = await removeDamage(parts);
  if (removed > 0) process.stdout.write(`${removed} damaged parts were removed.\n`);
  const { report } = await gather(partsOf(audited));
  if (report.differences.length > 0) {
    const { timelines, contacts } = await repairDifferences(parts, report.differences, () => undefined);
    process.stdout.write(
      `${timelines.length} timelines and ${contacts.length} contacts were projected again.\n`,
    );
  }
  const again = await gather(partsOf(audited));
  // What is whole again is what is to be missed from now on.
  if (again.report.differences.length === 0) await new PartsManifest(connection, database).keep();
  return printSummary(again.report, again.report.total, again.tookMs);
}

function fail(error: unknown): void {
  if (error instanceof AuditUsageError) {
    process.stderr.write(`${error.message}\nTry: npm run audit -- --help\n`);
  } else if ([AuditServiceError, NoStoreError, NotRepairableError].some((kind) => error instanceof kind)) {
    process.stderr.write(`${(error as Error).message}\n`);
  } else {
    failWith(error, EXIT_NOT_AUDITED);
    return;
  }
  process.exitCode = EXIT_NOT_AUDITED;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  fail(error);
}
