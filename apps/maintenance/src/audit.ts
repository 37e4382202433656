import { SingleBar, Presets } from 'cli-progress';
import { readSettings, storeSettings } from '#edge/settings';
import { audit, refuseNewerSchema, StoreConnection, type Difference } from '#store';
import { failWith } from './fail.js';

const TOLD = 20;
const EXIT_NOT_AUDITED = 2;

/** Compares the store with what SQL makes of its raw events; exits with 1 if they differ. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const connection = StoreConnection.open(storeSettings(settings));
  const bar = new SingleBar(
    { format: 'Auditing {bar} {percentage}% | {value}/{total} parts' },
    Presets.shades_classic,
  );
  const differences: Difference[] = [];
  try {
    const options = {
      database: settings.CLICKHOUSE_DATABASE,
      stateMaxAgeMs: settings.STATE_MAX_AGE_SECONDS * 1000,
    };
    await refuseNewerSchema(connection, settings.CLICKHOUSE_DATABASE);
    let started = false;
    for await (const progress of audit(connection, options)) {
      if (!started) bar.start(progress.parts, 0);
      started = true;
      bar.update(progress.done);
      differences.push(...progress.differences);
    }
  } finally {
    bar.stop();
    await connection.close();
  }
  report(differences);
}

function report(differences: readonly Difference[]): void {
  if (differences.length === 0) {
    process.stdout.write('The store says what its events say.\n');
    return;
  }
  for (const { table, side, row } of differences.slice(0, TOLD)) {
    process.stdout.write(`${side} in ${table}: ${JSON.stringify(row)}\n`);
  }
  const more = differences.length > TOLD ? `, of which ${TOLD} are shown` : '';
  process.stdout.write(
    `${differences.length} differences${more}. 'npm run rebuild' makes the store anew from the log.\n`,
  );
  process.exitCode = 1;
}

main().catch((error: unknown) => failWith(error, EXIT_NOT_AUDITED));
