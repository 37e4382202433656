import { Presets, SingleBar } from 'cli-progress';
import { eventLogSettings, readSettings, SettingsError, storeSettings, type Settings } from '#edge/settings';
import { createGrowableLog, LogUnavailableError, type GrowableLog } from '#event-log';
import { ClickHouseProjectionStore, migrate, SchemaNewerError, StoreConnection } from '#store';
import { createLogger, createMetrics } from '#telemetry';
import { topicProjections, Projector, ProjectorsAtWorkError } from '#projection';
import { expandTopic, type DrainProgress, type ExpansionParts } from './add-partitions/expand-topic.js';
import { ExpansionRefusedError } from './add-partitions/plan-partition-expansion.js';
import { GrowthUsageError, parseGrowthOptions, USAGE } from './add-partitions/expansion-options.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Adds partitions to topics on Kafka. */
async function run(args: readonly string[]): Promise<number> {
  const options = parseGrowthOptions(args);
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const settings = readSettings(process.env);
  const log = createGrowableLog(eventLogSettings(settings));
  if (log === undefined) {
    throw new ExpansionRefusedError('the partitions of the embedded log are fixed; KAFKA_BROKERS is not set');
  }
  const connection = StoreConnection.open(storeSettings(settings));
  const bar = new SingleBar(
    { format: 'Projecting {bar} {percentage}% | {value}/{total} records | {eta_formatted} left' },
    Presets.shades_classic,
  );
  try {
    const database = settings.CLICKHOUSE_DATABASE;
    await migrate(connection, { database, retentionDays: settings.RETENTION_DAYS });
    const parts = growthParts(settings, log, new ClickHouseProjectionStore(connection, database), bar);
    for (const topic of options.topics) {
      const done = await expandTopic(parts, topic, options.partitions).finally(() => bar.stop());
      process.stdout.write(
        done
          ? `${topic} has ${options.partitions} partitions now.\n`
          : `${topic} has ${options.partitions} partitions already.\n`,
      );
    }
    return 0;
  } finally {
    await log.close();
    await connection.close();
  }
}

function growthParts(
  settings: Settings,
  log: GrowableLog,
  store: ClickHouseProjectionStore,
  bar: SingleBar,
): ExpansionParts {
  const logger = createLogger(settings.LOG_LEVEL);
  const metrics = createMetrics();
  const rules = { stateMaxAgeMs: settings.STATE_MAX_AGE_SECONDS * 1000 };
  return {
    log,
    projectorOf(topic, growthRun) {
      const projection = topicProjections(store, rules).find((each) => each.topic === topic)!;
      return new Projector({ log, store, metrics, logger, ...projection, growthRun });
    },
    onProgress({ left, total }: DrainProgress) {
      if (left === total) bar.start(total, 0);
      bar.update(total - left);
    },
  };
}

function failure(error: unknown): number {
  if (error instanceof GrowthUsageError) {
    process.stderr.write(`${error.message}\nTry: npm run add-partitions -- --help\n`);
    return EXIT_USAGE;
  }
  process.stderr.write(`${explain(error)}\n`);
  return EXIT_FAILED;
}

function explain(error: unknown): string {
  if (error instanceof LogUnavailableError) {
    return `${error.message}\nThe same command goes on from here once Kafka can be used.`;
  }
  const isTold = [ExpansionRefusedError, ProjectorsAtWorkError, SchemaNewerError, SettingsError].some(
    (type) => error instanceof type,
  );
  if (isTold) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exitCode = await run(process.argv.slice(2)).catch(failure);
