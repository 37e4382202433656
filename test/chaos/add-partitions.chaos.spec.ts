import { Topic } from '#event-log';
import { PROJECTOR_GROUP } from '#projection';
import { SeededRandom } from '#oracle';
import { ClusterUnderTest } from '../support/chaos/cluster-under-test.js';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.js';
import { eventually } from '../support/http/service-client.js';
import { removeTemporaryDirectories } from '../support/processes/standalone-process.js';

const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const TIMEOUT_MS = 400_000;
const BEFORE = 2;
const AFTER = '5';

describeWithKafka(`adding partitions under load (seed ${seed})`, () => {
  let cluster: ClusterUnderTest;

  beforeAll(async () => {
    const plan = { brokers: 1, receivers: 1, projectors: 2, partitions: BEFORE };
    cluster = await ClusterUnderTest.start(plan, new SeededRandom(String(seed)));
  }, TIMEOUT_MS);

  afterAll(async () => {
    await cluster.stop();
    removeTemporaryDirectories();
  }, TIMEOUT_MS);

  const untilTaken = (more: number) => {
    const goal = cluster.taken + more;
    return eventually(() => cluster.taken >= goal, 120_000);
  };
  const grow = (...args: string[]) => cluster.run('add-partitions', args);
  const partitions = async () => (await cluster.log.offsets(Topic.status)).length;

  it(
    'is refused while projectors run',
    async () => {
      cluster.startLoad();
      await untilTaken(500);
      const { code, output } = await grow('--partitions', AFTER);
      expect([code, output]).toEqual([1, expect.stringContaining('stop them first')]);
      expect(await partitions()).toBe(BEFORE);
    },
    TIMEOUT_MS,
  );

  it(
    'completes an abandoned announcement, until which no projector starts to project',
    async () => {
      const [paused, other] = cluster.projectors as [
        (typeof cluster.projectors)[number],
        (typeof cluster.projectors)[number],
      ];
      // A paused projector misses all of it, and wakes up knowing only two partitions.
      paused.signal('SIGSTOP');
      await other.end('SIGTERM');
      await eventually(async () => (await cluster.log.members(PROJECTOR_GROUP, Topic.status)) === 0, 60_000);
      await cluster.log.layout(Topic.status);
      await cluster.log.announceGrowth(Topic.status, { generation: 1, partitions: 5, run: 'died' });
      await other.start();
      await untilTaken(200);
      expect(await cluster.log.members(PROJECTOR_GROUP, Topic.status)).toBe(0);
      const different = await grow('--partitions', '7', '--topic', 'status');
      expect([different.code, different.output]).toEqual([1, expect.stringContaining('--partitions 5')]);
      await other.end('SIGTERM');
      const { code, output } = await grow('--partitions', AFTER);
      expect([code, output]).toEqual([
        0,
        expect.stringMatching(/status.v1 now has 5 partitions[^]*contact.v1 now has 5 partitions/),
      ]);
      expect((await grow('--partitions', AFTER)).output).toContain('already has 5 partitions');
    },
    TIMEOUT_MS,
  );

  it(
    'changes no answer and no account, even after a rebuild',
    async () => {
      const [paused, other] = cluster.projectors as [
        (typeof cluster.projectors)[number],
        (typeof cluster.projectors)[number],
      ];
      paused.signal('SIGCONT');
      await other.start();
      await untilTaken(1_000);
      await cluster.expectAllRight();
      expect(await cluster.misplaced()).toBeGreaterThan(0);
      for (const projector of cluster.projectors) await projector.end('SIGTERM');
      expect(await cluster.run('rebuild')).toMatchObject({ code: 0 });
      await cluster.expectStoreToBeTheLog();
    },
    TIMEOUT_MS,
  );
});
