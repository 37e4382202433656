import { progressBar, runCommand, type Interruption, type ProgressBar } from '#command';
import { eventLogSettings, readSettings, storeSettings, type Settings } from '#edge/settings';
import { createGrowableLog, type GrowableLog } from '#event-log';
import { ClickHouseProjectionStore, migrate, StoreConnection } from '#store';
import { createLogger, createMetrics } from '#telemetry';
import { topicProjections, Projector } from '#projection';
import { expandTopic, type DrainProgress, type ExpansionParts } from './add-partitions/expand-topic.js';
import { ExpansionRefusedError } from './add-partitions/plan-partition-expansion.js';
import {
  INVOCATION,
  parseExpansionOptions,
  type ExpansionOptions,
} from './add-partitions/expansion-options.js';

/** Adds partitions to topics on Kafka. */
async function run(options: ExpansionOptions, interruption: Interruption): Promise<void> {
  const settings = readSettings(process.env);
  const log = createGrowableLog(eventLogSettings(settings));
  if (log === undefined) {
    throw new ExpansionRefusedError('the partitions of the embedded log are fixed; KAFKA_BROKERS is not set');
  }
  const connection = StoreConnection.open(storeSettings(settings));
  const bar = progressBar('Projecting', 'records');
  interruption.advice = () =>
    'Run the same command again before you start projectors: it continues from here.';
  try {
    const database = settings.CLICKHOUSE_DATABASE;
    await migrate(connection, { database, retentionDays: settings.RETENTION_DAYS });
    const store = new ClickHouseProjectionStore(connection, database);
    const parts = expansionParts(settings, log, store, bar, interruption.stopGracefully());
    for (const topic of options.topics) {
      const done = await expandTopic(parts, topic, options.partitions).finally(() => bar.stop());
      process.stdout.write(
        done
          ? `${topic} now has ${options.partitions} partitions.\n`
          : `${topic} already has ${options.partitions} partitions.\n`,
      );
    }
  } finally {
    await log.close();
    await connection.close();
  }
}

function expansionParts(
  settings: Settings,
  log: GrowableLog,
  store: ClickHouseProjectionStore,
  bar: ProgressBar,
  signal: AbortSignal,
): ExpansionParts {
  const logger = createLogger(settings.LOG_LEVEL);
  const metrics = createMetrics();
  const rules = { stateMaxAgeMs: settings.STATE_MAX_AGE_SECONDS * 1000 };
  return {
    log,
    signal,
    projectorOf(topic, growthRun) {
      const projection = topicProjections(store, rules).find((each) => each.topic === topic)!;
      return new Projector({ log, store, metrics, logger, ...projection, growthRun });
    },
    onProgress({ left, total }: DrainProgress) {
      bar.update(total - left, total);
    },
  };
}

await runCommand({
  invocation: INVOCATION,
  environment: process.env,
  parse: parseExpansionOptions,
  run,
  advice: {
    LogUnavailableError: 'Run the same command again once Kafka is available: it continues from here.',
  },
});
