import type { StatusEvent } from '#domain';
import { decodeStatusRecord, Topic } from '#event-log';
import { EmbeddedEventLog } from '../../libs/event-log/src/embedded/embedded-event-log.js';
import { SeededRandom } from '#oracle';
import { expectFold, identity, nthEvent, recordIdentity, type Sent } from '../support/chaos/chaos-load.js';
import { postStatus, untilProjected } from '../support/http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** `CHAOS_KILLS` allows for longer campaigns. */
const kills = Number(process.env['CHAOS_KILLS'] ?? 15);
const SENDERS = 32;

describe(`a service that is killed ${kills} times under load (seed ${seed})`, () => {
  afterAll(removeTemporaryDirectories);

  it('has every event that got its 204 in the log, and the intervals of their fold in the store', async () => {
    const dataDirectory = temporaryDirectory();
    const random = new SeededRandom(String(seed));
    const acknowledged: Sent[] = [];
    const sent = new Set<string>();
    let number = 0;
    for (let kill = 0; kill < kills; kill++) {
      const service = await StandaloneProcess.start({ dataDirectory });
      let alive = true;
      const send = async () => {
        while (alive) {
          const event = nthEvent(number++, random);
          sent.add(identity(event));
          const answer = await postStatus(service.url, event).catch(() => undefined);
          if (answer?.status === 204) acknowledged.push(event);
          else if (alive && answer !== undefined) throw new Error(`answered ${answer.status}`);
        }
      };
      const senders = Array.from({ length: SENDERS }, send);
      const lifeMs = 30 + random.next() * 500;
      await new Promise((resolve) => setTimeout(resolve, lifeMs));
      const dying = service.kill();
      alive = false;
      await dying;
      await Promise.all(senders);
    }
    expect(acknowledged.length).toBeGreaterThan(kills * 10);

    const last = await StandaloneProcess.start({ dataDirectory });
    await untilProjected(last.url);
    expect(await last.stop()).toBe(0);

    const logged = await readLog(dataDirectory);
    const kept = new Set(logged.map(recordIdentity));
    expect(acknowledged.filter((event) => !kept.has(identity(event)))).toEqual([]);
    expect([...kept].filter((event) => !sent.has(event))).toEqual([]);
    await expectFold({ dataDirectory, database: 'statusledger' }, logged);
  }, 600_000);
});

async function readLog(dataDirectory: string): Promise<StatusEvent[]> {
  const log = new EmbeddedEventLog({ directory: `${dataDirectory}/log` });
  const events: StatusEvent[] = [];
  for (const { partition, begin, end } of await log.offsets(Topic.status)) {
    const records = await log.read(Topic.status, partition, begin, end - begin);
    events.push(...records.map(({ value }) => decodeStatusRecord(value).event));
  }
  await log.close();
  return events;
}
