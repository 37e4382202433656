import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { StatusEvent } from '#domain';
import { decodeStatusRecord, Topic, UnreadableRecordError, type TopicName } from '#event-log';
import { KafkaEventLog } from '../../libs/event-log/src/kafka/kafka-event-log.js';
import { byPlace } from '../../apps/projector/src/placed-records.js';
import type { SeededRandom } from '../../apps/simulator/src/seeded-random.js';
import { expectFold, identity, nthEvent, recordIdentity, type Sent } from './chaos-load.js';
import { freePorts } from './free-ports.js';
import { KafkaCluster } from './kafka-cluster.js';
import { eventually, metric, postStatus } from './service-client.js';
import { ClusterMember, type ClusterRole } from './cluster-member.js';
import { ServiceProcess } from './service-process.js';
import { temporaryDirectory } from './standalone-process.js';

const SENDERS = 16;
const QUIET_WITHIN_MS = 180_000;
const PARTITIONS = 6;

export interface ClusterPlan {
  readonly brokers: number;
  readonly receivers: number;
  readonly projectors: number;
  readonly partitions?: number;
}

/**
 * Receivers and projectors on a real Kafka and one engine, under a load that never rests, with a record of every event
 * that got its 204. What happens to them is the test's; in the end everything must be there, and right.
 */
export class ClusterUnderTest {
  readonly receivers: ClusterMember[] = [];
  readonly projectors: ClusterMember[] = [];
  private readonly acknowledged: Sent[] = [];
  private readonly attempted = new Set<string>();
  private senders: Promise<void>[] = [];
  private sending = false;
  private number = 0;
  private clickHouse: ServiceProcess | undefined;
  private readonly clickHouseDirectory = temporaryDirectory();

  private constructor(
    readonly kafka: KafkaCluster,
    readonly log: KafkaEventLog,
    private readonly clickHousePort: number,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly random: SeededRandom,
  ) {}

  static async start(plan: ClusterPlan, random: SeededRandom) {
    const { partitions = PARTITIONS } = plan;
    const kafka = await KafkaCluster.start(plan.brokers);
    const [port] = (await freePorts(1)) as [number];
    const prefix = `${randomUUID()}.`;
    const log = KafkaEventLog.create({
      brokers: kafka.brokers,
      prefix,
      partitions,
      replicationFactor: 3,
      retentionMs: 400 * 86_400_000,
    });
    const cluster = new ClusterUnderTest(
      kafka,
      log,
      port,
      {
        KAFKA_BROKERS: kafka.brokers.join(','),
        KAFKA_TOPIC_PREFIX: prefix,
        KAFKA_PARTITIONS: String(partitions),
        CLICKHOUSE_URL: `http://127.0.0.1:${port}`,
        LOG_LEVEL: 'silent',
      },
      random,
    );
    await log.ping();
    await cluster.startClickHouse();
    for (let i = 0; i < plan.projectors; i++) await cluster.add('projector');
    for (let i = 0; i < plan.receivers; i++) await cluster.add('receiver');
    return cluster;
  }

  async add(role: ClusterRole): Promise<ClusterMember> {
    const member = new ClusterMember(role, this.environment);
    await member.start();
    (role === 'receiver' ? this.receivers : this.projectors).push(member);
    return member;
  }

  async startClickHouse(): Promise<void> {
    if (this.clickHouse?.running) return;
    this.clickHouse = await ServiceProcess.clickHouse(this.clickHouseDirectory, this.clickHousePort);
  }

  async killClickHouse(): Promise<void> {
    await this.clickHouse?.end('SIGKILL');
  }

  /** Events that got their 204 so far. */
  get taken(): number {
    return this.acknowledged.length;
  }

  startLoad(): void {
    this.sending = true;
    this.senders = Array.from({ length: SENDERS }, () => this.send());
  }

  async stopLoad(): Promise<void> {
    this.sending = false;
    await Promise.all(this.senders);
  }

  /** Starts whatever is not running, waits until nothing moves any more, and looks at everything. */
  async expectAllRight(unreadable = 0): Promise<void> {
    await this.stopLoad();
    await this.startClickHouse();
    for (const node of this.kafka.nodes) if (!node.running) node.start();
    await this.kafka.untilReady();
    for (const member of [...this.receivers, ...this.projectors]) {
      member.signal('SIGCONT');
      await member.start();
    }
    await eventually(
      async () => (await this.sumOf(this.receivers, 'wfm_spool_events')) === 0,
      QUIET_WITHIN_MS,
    );
    // What was moved to where it belongs is appended meanwhile, and counts there.
    let read = await this.readLog();
    await eventually(async () => {
      const projected = await this.sumOf(this.projectors, 'wfm_events_projected_total', { type: 'status' });
      if (read.records !== (await this.countRecords(Topic.status))) read = await this.readLog();
      return projected === read.events.length + read.unreadable;
    }, QUIET_WITHIN_MS);
    const { events, unreadable: found } = read;
    expect(found).toBe(unreadable);
    const kept = new Set(events.map(recordIdentity));
    expect(this.acknowledged.filter((event) => !kept.has(identity(event)))).toEqual([]);
    expect([...kept].filter((event) => !this.attempted.has(event))).toEqual([]);
    const projected = (outcome: string) =>
      this.sumOf(this.projectors, 'wfm_events_projected_total', { type: 'status', outcome });
    expect(await projected('stored')).toBe(kept.size);
    expect(await projected('repeat')).toBe(events.length - kept.size);
    expect(await projected('dead_lettered')).toBe(unreadable);
    await this.expectRowsToBeTheFold();
  }

  /** Fails unless the store's rows are the fold over the log. */
  async expectRowsToBeTheFold(): Promise<void> {
    const { events } = await this.readLog();
    await expectFold({ url: `http://127.0.0.1:${this.clickHousePort}`, database: 'statusledger' }, events);
  }

  /** Runs one of the maintenance programs. @returns its exit code, and what it printed. */
  run(program: string, args: readonly string[] = []): Promise<{ code: number; output: string }> {
    const env = { PATH: process.env['PATH'], ...this.environment, DATA_DIR: temporaryDirectory() };
    const file = resolve(`dist/apps/maintenance/src/${program}.js`);
    return new Promise((done) => {
      const child = execFile(process.execPath, [file, ...args], { env }, (_, stdout, stderr) =>
        done({ code: child.exitCode ?? 1, output: stdout + stderr }),
      );
    });
  }

  /** Records that lie where they do not belong since partitions were added; each is somewhere else as well. */
  async misplaced(): Promise<number> {
    return (await this.readLog()).misplaced;
  }

  async stop(): Promise<void> {
    await this.stopLoad();
    for (const member of [...this.receivers, ...this.projectors]) await member.end('SIGKILL');
    await this.log.close();
    await this.clickHouse?.end();
    await this.kafka.stop();
  }

  async sumOf(
    members: readonly ClusterMember[],
    name: string,
    labels: Record<string, string> = {},
  ): Promise<number> {
    const values = await Promise.all(
      members.map(({ url }) => (url === undefined ? 0 : metric(url, name, labels).catch(() => NaN))),
    );
    return values.reduce((total, value) => total + value, 0);
  }

  private async send(): Promise<void> {
    while (this.sending) {
      const event = nthEvent(this.number++, this.random);
      this.attempted.add(identity(event));
      const url = this.receivers[this.number % this.receivers.length]?.url;
      const answer = url === undefined ? undefined : await postStatus(url, event).catch(() => undefined);
      if (answer?.status === 204) this.acknowledged.push(event);
      else if (answer !== undefined && answer.status !== 503) throw new Error(`answered ${answer.status}`);
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async countRecords(topic: TopicName): Promise<number> {
    const extents = await this.log.extents(topic);
    return extents.reduce((sum, { begin, end }) => sum + end - begin, 0);
  }

  private async readLog() {
    const events: StatusEvent[] = [];
    let [records, unreadable, misplaced] = [0, 0, 0];
    const layout = await this.log.layout(Topic.status);
    for (const { partition, begin, end } of await this.log.extents(Topic.status)) {
      for (let offset = begin; offset < end;) {
        const page = await this.log.read(Topic.status, partition, offset, 10_000);
        records += page.length;
        const byWhere = byPlace(page, layout, this.log);
        misplaced += byWhere.misplaced.length;
        for (const { value } of byWhere.placed) {
          try {
            events.push(decodeStatusRecord(value).event);
          } catch (error) {
            if (!(error instanceof UnreadableRecordError)) throw error;
            unreadable++;
          }
        }
        offset = page.at(-1)!.offset + 1;
      }
    }
    return { events, records, unreadable, misplaced };
  }
}
