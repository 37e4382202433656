import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Topic, type TopicName } from '#event-log';
import { KafkaEventLog } from '../../../libs/event-log/src/kafka/kafka-event-log.js';
import type { SeededRandom } from '#oracle';
import { expectFold, identity, nthEvent, recordIdentity, type Sent } from './chaos-load.js';
import { freePorts } from '../processes/free-ports.js';
import { KafkaCluster } from '../kafka/kafka-cluster.js';
import { eventually, metric, postStatus } from '../http/service-client.js';
import { ClusterMember, type ClusterRole } from './cluster-member.js';
import { readStatusLog, type StatusLog } from './read-status-log.js';
import { ServiceProcess } from '../processes/service-process.js';
import { temporaryDirectory } from '../processes/standalone-process.js';
import { expectAccounts, balancedAccount } from '../http/account-views.js';

const SENDERS = 16;
/** Between a sender's events: some 1 000 a second in total, so that an outage of a minute can still be checked. */
const SEND_PAUSE_MS = 10;
const QUIET_WITHIN_MS = 180_000;
const PARTITIONS = 6;

export interface ClusterPlan {
  readonly brokers: number;
  readonly receivers: number;
  readonly projectors: number;
  readonly partitions?: number;
}

/**
 * Receivers and projectors on a real Kafka and one engine, under constant load. It records every event that got its
 * 204. The test injects the faults; afterwards everything must be there and right.
 */
export class ClusterUnderTest {
  readonly receivers: ClusterMember[] = [];
  readonly projectors: ClusterMember[] = [];
  readonly queries: ClusterMember[] = [];
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
    await cluster.add('query');
    return cluster;
  }

  async add(role: ClusterRole): Promise<ClusterMember> {
    const member = new ClusterMember(role, this.environment);
    await member.start();
    const members = { receiver: this.receivers, projector: this.projectors, query: this.queries };
    members[role].push(member);
    return member;
  }

  async startClickHouse(): Promise<void> {
    if (this.clickHouse?.running) return;
    this.clickHouse = await ServiceProcess.clickHouse(this.clickHouseDirectory, this.clickHousePort);
  }

  async killClickHouse(): Promise<void> {
    await this.clickHouse?.end('SIGKILL');
  }

  /** Number of events that got their 204 so far. */
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

  /** Starts everything that is not running, waits until all is projected, and checks everything. */
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
    // Misplaced records are appended to their right partitions meanwhile, and count there.
    let read = await readStatusLog(this.log);
    let projected = NaN;
    await eventually(
      async () => {
        projected = await this.sumOf(this.projectors, 'wfm_events_projected_total', { type: 'status' });
        if (read.records !== (await this.countRecords(Topic.status))) read = await readStatusLog(this.log);
        return projected === read.events.length + read.unreadable;
      },
      QUIET_WITHIN_MS,
      async () => ({
        projected,
        records: read.events.length + read.unreadable,
        lag: await this.sumOf(this.projectors.slice(0, 1), 'wfm_projection_lag_events', {
          topic: Topic.status,
        }),
      }),
    );
    const { events, unreadable: found } = read;
    expect(found).toBe(unreadable);
    const kept = new Set(events.map(recordIdentity));
    expect(this.acknowledged.filter((event) => !kept.has(identity(event)))).toEqual([]);
    expect([...kept].filter((event) => !this.attempted.has(event))).toEqual([]);
    const projectedAs = (outcome: string) =>
      this.sumOf(this.projectors, 'wfm_events_projected_total', { type: 'status', outcome });
    expect(await projectedAs('stored')).toBe(kept.size);
    expect(await projectedAs('repeat')).toBe(events.length - kept.size);
    expect(await projectedAs('dead_lettered')).toBe(unreadable);
    await this.expectStoreToBeTheLog();
  }

  /** Fails unless the store's rows are the fold over the log, and its accounts count each sequence number once. */
  async expectStoreToBeTheLog(): Promise<void> {
    const log = await readStatusLog(this.log);
    await expectFold(
      { url: `http://127.0.0.1:${this.clickHousePort}`, database: 'statusledger' },
      log.events,
    );
    await this.expectAccountsToBeOf(log);
  }

  /**
   * A killed receiver may have written events without acknowledging them, so the log may hold more than was
   * acknowledged. But each acknowledged event has its own sequence number there, each number counts once, however often
   * and wherever its record lies, and one number of each event counts as stored, the others as repeats.
   */
  private async expectAccountsToBeOf({ events, numbered }: StatusLog): Promise<void> {
    const numbersLeft = countOf([...numbered.values()]);
    for (const [event, times] of countOf(this.acknowledged.map(identity)))
      expect([event, numbersLeft.get(event)! >= times]).toEqual([event, true]);
    expect(numbered.size).toBeLessThanOrEqual(this.number);
    const stored = new Set(events.map(recordIdentity)).size;
    const account = balancedAccount('chaos', { stored, repeats: numbered.size - stored });
    await expectAccounts(this.queries[0]!.url!, [account]);
  }

  /** Runs one of the maintenance programs. @returns its exit code and output. */
  run(program: string, args: readonly string[] = []): Promise<{ code: number; output: string }> {
    const env = { PATH: process.env['PATH'], ...this.environment, DATA_DIR: temporaryDirectory() };
    const file = resolve(`dist/apps/maintenance/src/${program}.js`);
    return new Promise((done) => {
      const child = execFile(process.execPath, [file, ...args], { env }, (_, stdout, stderr) =>
        done({ code: child.exitCode ?? 1, output: stdout + stderr }),
      );
    });
  }

  /** Number of records in a wrong partition since partitions were added; a copy of each lies in the right one. */
  async misplaced(): Promise<number> {
    return (await readStatusLog(this.log)).misplaced;
  }

  async stop(): Promise<void> {
    await this.stopLoad();
    for (const member of [...this.receivers, ...this.projectors, ...this.queries])
      await member.end('SIGKILL');
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
      await sleep(SEND_PAUSE_MS);
    }
  }

  private async countRecords(topic: TopicName): Promise<number> {
    const extents = await this.log.offsets(topic);
    return extents.reduce((sum, { begin, end }) => sum + end - begin, 0);
  }
}

function countOf(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
