import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { encodeStatusRecord, Topic } from '#event-log';
import { ClickHouseProjectionStore, migrate, StoreConnection } from '#store';
import { createLogger, createMetrics } from '#telemetry';
import { createProjectors } from '#projection';
import { EmbeddedEventLog } from '../../libs/event-log/src/embedded/embedded-event-log.js';
import { expectedIntervals, storedIntervals } from '../support/http/served-intervals.js';
import { eventually } from '../support/http/service-client.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';
import { anyStatusEvent } from '../support/data/status-event.arbitrary.js';
import { onServer } from '../support/store/store-under-test.js';

const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** `REBUILD_KILLS` allows for longer campaigns. */
const kills = Number(process.env['REBUILD_KILLS'] ?? 6);
const REBUILD = resolve('dist/apps/maintenance/src/rebuild.js');
const database = 'statusledger';
const EVENTS = 3_000;

const describeEmbedded = onServer() ? describe.skip : describe;

describeEmbedded(`a rebuild that is killed at ${kills} moments (seed ${seed})`, () => {
  const whole = temporaryDirectory();
  const events = fc.sample(anyStatusEvent(100, { origin: Date.now() - 320 * 86_400_000 }), {
    seed,
    numRuns: EVENTS,
  });
  const expected = expectedIntervals(events);
  let takesMs: number;

  beforeAll(async () => {
    const log = new EmbeddedEventLog({ directory: join(whole, 'log') });
    const receivedAt = Date.now();
    const records = events.map((event) => encodeStatusRecord({ event, receivedAt }));
    for (let begin = 0; begin < EVENTS; begin += 500) {
      await log.append(Topic.status, records.slice(begin, begin + 500));
    }
    await log.close();
    expect(await project(whole)).toEqual({ intervals: expected });
    const copy = temporaryDirectory();
    cpSync(whole, copy, { recursive: true });
    const startedAt = performance.now();
    expect(await rebuildKilledAfter(copy, 600_000)).toBe(0);
    takesMs = performance.now() - startedAt;
  });

  afterAll(removeTemporaryDirectories);

  it.each(['lost', 'kept'])(
    'leaves a store that is right, or is refused with advice, if the store was %s before',
    async (store) => {
      const found: string[] = [];
      for (let kill = 1; kill <= kills / 2; kill++) {
        const directory = temporaryDirectory();
        cpSync(whole, directory, { recursive: true });
        if (store === 'lost') rmSync(join(directory, 'store'), { recursive: true });
        // Most moments are near the end, when tables are exchanged.
        await rebuildKilledAfter(directory, takesMs * (1 - (1 - kill / (kills / 2 + 1)) ** 2));
        const outcome = await project(directory);
        if ('refused' in outcome) {
          expect(outcome.refused).toMatch(
            /a rebuild was broken off while it exchanged tables.*npm run rebuild/,
          );
          expect(await rebuildKilledAfter(directory, 600_000)).toBe(0);
          expect(await project(directory)).toEqual({ intervals: expected });
        } else expect(outcome.intervals).toEqual(expected);
        found.push('refused' in outcome ? 'refused' : 'right');
        rmSync(directory, { recursive: true });
      }
      expect(found).toContain('right');
    },
    600_000,
  );

  it('leaves a half-exchanged store that is refused until it is rebuilt', async () => {
    const directory = temporaryDirectory();
    cpSync(whole, directory, { recursive: true });
    const connection = StoreConnection.open({ dataDirectory: directory, database });
    await connection.command(
      `INSERT INTO ${database}.store_marks VALUES ('exchanging tables', '1', 1000000)`,
    );
    await connection.close();
    expect(await project(directory)).toEqual({ refused: expect.stringContaining('broken off') });
    expect(await rebuildKilledAfter(directory, 600_000)).toBe(0);
    expect(await project(directory)).toEqual({ intervals: expected });
  });
});

/** @returns the exit code, or `null` if it was killed before it ended. */
async function rebuildKilledAfter(dataDirectory: string, ms: number): Promise<number | null> {
  const child = spawn(process.execPath, [REBUILD], {
    env: { PATH: process.env['PATH'], DATA_DIR: dataDirectory },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  const [code] = await exited;
  clearTimeout(timer);
  return code;
}

/** Runs the service's projectors on the log. @returns the stored intervals, or why they refused. */
async function project(
  dataDirectory: string,
): Promise<{ readonly intervals: readonly string[] } | { readonly refused: string }> {
  const log = new EmbeddedEventLog({ directory: join(dataDirectory, 'log') });
  const connection = StoreConnection.open({ dataDirectory, database });
  await migrate(connection, { database, retentionDays: 400 });
  const projectors = createProjectors({
    log,
    store: new ClickHouseProjectionStore(connection, database),
    rules: { stateMaxAgeMs: 43_200_000 },
    metrics: createMetrics(),
    logger: createLogger('silent'),
  });
  for (const projector of projectors) await projector.start();
  try {
    const [status] = projectors;
    await eventually(() => ['current', 'refused'].includes(status!.state.kind), 60_000);
    const { state } = status!;
    if (state.kind === 'refused') return { refused: state.cause };
    expect(await status!.drain(60_000)).toBe(true);
    return { intervals: await storedIntervals(connection, database) };
  } finally {
    for (const projector of projectors) await projector.stop();
    await log.close();
    await connection.close();
  }
}
