import { setTimeout as sleep } from 'node:timers/promises';
import { Topic } from '#event-log';
import { PROJECTOR_GROUP } from '#projection';
import { SeededRandom } from '#oracle';
import { ClusterUnderTest } from '../support/chaos/cluster-under-test.js';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.js';
import { eventually } from '../support/http/service-client.js';
import { removeTemporaryDirectories } from '../support/processes/standalone-process.js';

const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** `CHAOS_FAULTS` allows for longer campaigns. */
const faults = Number(process.env['CHAOS_FAULTS'] ?? 8);
/** Duration of an outage; a minute and more in a campaign. */
const outageMs = Number(process.env['CHAOS_OUTAGE_SECONDS'] ?? 8) * 1000;
const TIMEOUT_MS = 900_000;

describeWithKafka(`a cluster under load (seed ${seed})`, () => {
  let cluster: ClusterUnderTest;
  const random = new SeededRandom(String(seed));
  let poisoned = 0;

  beforeAll(async () => {
    const load = random.fork('load');
    cluster = await ClusterUnderTest.start({ brokers: 3, receivers: 2, projectors: 2 }, load);
  }, TIMEOUT_MS);

  afterAll(async () => {
    await cluster.stop();
    removeTemporaryDirectories();
  }, TIMEOUT_MS);

  /** Waits until this many more events were accepted, since a load that does not get through proves nothing. */
  const untilTaken = (more: number) => {
    const goal = cluster.taken + more;
    return eventually(() => cluster.taken >= goal, 120_000);
  };
  const members = () => cluster.log.members(PROJECTOR_GROUP, Topic.status);
  const pick = <T>(items: readonly T[]): T => items[random.integer(0, items.length - 1)]!;

  it(
    'loses nothing and is right after processes and brokers were killed, paused and restarted',
    async () => {
      const killed = async (member: {
        end(signal: 'SIGKILL'): Promise<void>;
        start(): Promise<void> | void;
      }) => {
        await member.end('SIGKILL');
        await sleep(random.integer(0, 1_000));
        await member.start();
      };
      const paused = async (member: { signal(signal: 'SIGSTOP' | 'SIGCONT'): void }) => {
        member.signal('SIGSTOP');
        await sleep(random.integer(500, 4_000));
        member.signal('SIGCONT');
      };
      const kinds: readonly (() => Promise<void>)[] = [
        () => killed(pick(cluster.receivers)),
        () => killed(pick(cluster.projectors)),
        () => killed(pick(cluster.kafka.nodes)),
        () => paused(pick(cluster.receivers)),
        () => paused(pick(cluster.projectors)),
        () => paused(pick(cluster.kafka.nodes)),
        async () => {
          await cluster.killClickHouse();
          await sleep(random.integer(0, 2_000));
          await cluster.startClickHouse();
        },
      ];
      cluster.startLoad();
      await untilTaken(500);
      const shift = random.integer(0, kinds.length - 1);
      for (let fault = 0; fault < faults; fault++) {
        await kinds[(shift + fault) % kinds.length]!();
        await sleep(random.integer(0, 2_000));
      }
      await cluster.expectAllRight();
    },
    TIMEOUT_MS,
  );

  it(
    'spools while Kafka is down, across a restart of the receiver, and forwards once it is back',
    async () => {
      cluster.startLoad();
      await untilTaken(200);
      for (const node of cluster.kafka.nodes) await node.end('SIGKILL');
      await eventually(
        async () => (await cluster.sumOf(cluster.receivers, 'wfm_spool_events')) > 100,
        120_000,
      );
      await cluster.receivers[0]!.end('SIGKILL');
      await cluster.receivers[0]!.start();
      await untilTaken(200);
      await sleep(outageMs);
      expect(await cluster.sumOf(cluster.receivers, 'wfm_spool_events')).toBeGreaterThan(200);
      await cluster.expectAllRight();
    },
    TIMEOUT_MS,
  );

  it(
    'goes on accepting events while the store is down, and while Kafka is down as well',
    async () => {
      cluster.startLoad();
      await cluster.killClickHouse();
      await sleep(outageMs);
      await untilTaken(200);
      for (const node of cluster.kafka.nodes) await node.end('SIGKILL');
      await sleep(outageMs);
      await untilTaken(200);
      await cluster.expectAllRight();
    },
    TIMEOUT_MS,
  );

  it(
    'moves partitions from two projectors to four and to one, without corruption by one that was paused meanwhile',
    async () => {
      cluster.startLoad();
      await untilTaken(300);
      const [first, second] = cluster.projectors as [
        (typeof cluster.projectors)[number],
        (typeof cluster.projectors)[number],
      ];
      const added = [await cluster.add('projector'), await cluster.add('projector')];
      await untilTaken(300);
      await eventually(async () => (await members()) === cluster.projectors.length, 120_000);
      second.signal('SIGSTOP');
      // The group removes it once its session has timed out, and gives its partitions to the others.
      await eventually(async () => (await members()) < cluster.projectors.length, 120_000);
      await untilTaken(300);
      second.signal('SIGCONT');
      await untilTaken(300);
      for (const member of [...added, first]) await member.end('SIGTERM');
      cluster.projectors.splice(0, cluster.projectors.length, second);
      await untilTaken(300);
      await cluster.expectAllRight();
    },
    TIMEOUT_MS,
  );

  it(
    'counts each record once if partitions move while no events arrive',
    async () => {
      cluster.startLoad();
      await untilTaken(200);
      await cluster.expectAllRight(poisoned);
      const joined = await cluster.add('projector');
      const counted = () => cluster.sumOf([joined], 'wfm_events_projected_total', { type: 'status' });
      await eventually(async () => (await counted()) > 0, 60_000);
      await cluster.expectAllRight(poisoned);
    },
    TIMEOUT_MS,
  );

  it(
    'turns a poison record into a dead letter and goes on with the partition',
    async () => {
      for (const value of ['{', '{"v":99}', '[]']) {
        await cluster.log.append(Topic.status, [{ key: `key of ${value}`, value }]);
        poisoned++;
      }
      cluster.startLoad();
      await untilTaken(100);
      await cluster.expectAllRight(poisoned);
    },
    TIMEOUT_MS,
  );
});
