import { SeededRandom } from '#oracle';
import { eventAppenderContract, outageContract } from '../../libs/event-log/src/event-appender.contract.js';
import { eventLogContract } from '../../libs/event-log/src/event-log.contract.js';
import { newLogIdentity, type EventReader, type LogLifecycle } from '#event-log';
import { partitionByFnv1a } from '../../libs/event-log/src/partitions/key-partition.js';
import { SpoolingAppender } from '../../libs/event-log/src/spool/spooling-appender.js';
import { projectionStoreContract } from '../../libs/store/src/projection/contract/projection-store.contract.js';
import { inMemoryProjectedRows } from '../support/store/in-memory-projected-rows.js';
import { InMemoryProjectionStore, WRITE_ORDER } from '../support/store/in-memory-projection-store.js';
import { eventually } from '../support/http/service-client.js';
import { driveInRealTime } from './real-time-driver.js';
import { Scheduler } from './scheduler.js';
import { SimulatedClock } from './simulated-clock.js';
import { SimulatedDisk } from './simulated-disk.js';
import { SimulatedEventLog } from './simulated-event-log.js';
import { SimulatedLog, type LogKind } from './simulated-log.js';
import { SimulatedProcess } from './simulated-process.js';
import { SimulatedProjectionStore, SimulatedStore } from './simulated-projection-store.js';

let seed = 0;

/** A process whose requests take up to two milliseconds of real time. */
function processInRealTime() {
  const scheduler = new Scheduler(new SeededRandom(`contract ${seed++}`));
  const clock = new SimulatedClock(scheduler);
  clock.jump(Date.now() - clock.now());
  const latency = { draw: () => scheduler.random.next() * 2 };
  const process = new SimulatedProcess('p', scheduler, clock, latency);
  return { process, stop: driveInRealTime(scheduler) };
}

function newLog(kind: LogKind, partitions = 3): SimulatedLog {
  const newIdentity = () => newLogIdentity(Date.now());
  return new SimulatedLog({
    kind,
    partitions,
    disk: new SimulatedDisk(),
    newIdentity,
    monotonic: () => performance.now(),
  });
}

for (const kind of ['single', 'cluster'] as const) {
  eventLogContract(`SimulatedEventLog (${kind})`, async () => {
    const { process, stop } = processInRealTime();
    const log = newLog(kind);
    return { open: async () => new SimulatedEventLog(log, process), dispose: async () => stop() };
  });
}

/** Reads what the log holds, also during an outage. */
function readerOf(log: SimulatedLog): EventReader & LogLifecycle {
  return {
    read: async (...from) => log.read(...from),
    offsets: async (topic) => log.extents(topic),
    identity: async (topic) => log.identity(topic),
    layout: async () => log.layout(),
    partitionOf: partitionByFnv1a,
    ping: async () => undefined,
    close: async () => undefined,
  };
}

async function startSpooling() {
  const { process, stop } = processInRealTime();
  const [log, spool] = [newLog('cluster'), newLog('single', 1)];
  const opened: SpoolingAppender[] = [];
  return {
    async open() {
      const appender = new SpoolingAppender(
        new SimulatedEventLog(log, process),
        new SimulatedEventLog(spool, process),
        { startTimer: process.timer },
      );
      opened.push(appender);
      return appender;
    },
    openReader: async () => readerOf(log),
    beginOutage: () => void (log.outage = 'it is away'),
    endOutage: () => void (log.outage = undefined),
    untilForwarded: () => eventually(async () => (await opened.at(-1)!.spooledRecords()) === 0),
    dispose: async () => stop(),
  };
}

eventAppenderContract('SpoolingAppender over simulated logs', startSpooling);
outageContract('SpoolingAppender over simulated logs', startSpooling);

projectionStoreContract('InMemoryProjectionStore', async () => {
  const store = new InMemoryProjectionStore();
  return {
    open: async () => store,
    failingAfter: async (steps) => {
      store.crashBeforeStep = steps < WRITE_ORDER.length ? steps : undefined;
      return store;
    },
    rows: inMemoryProjectedRows(() => store),
    remembersBegunWrites: true,
    dispose: async () => undefined,
  };
});

projectionStoreContract('SimulatedProjectionStore', async () => {
  const { process, stop } = processInRealTime();
  const store = new SimulatedStore();
  return {
    open: async () => new SimulatedProjectionStore(store, process),
    failingAfter: async (steps) => new SimulatedProjectionStore(store, process, failingOnce(steps), STEP),
    rows: inMemoryProjectedRows(() => store.tables),
    remembersBegunWrites: true,
    dispose: async () => stop(),
  };
});

/** Separates the chance that a step of a write fails from the chance that a row is kept. */
const STEP = 1;

/** Lets one step of a write fail, after that many others, and keeps every other row of it. */
function failingOnce(steps: number): (fraction: number) => boolean {
  let [begun, rows] = [0, 0];
  return (fraction) => (fraction === STEP ? begun++ === steps : rows++ % 2 === 0);
}
