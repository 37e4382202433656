import { earliestAppendTime, type RetentionState } from '#domain';
import { partitionByFnv1a } from '../../libs/event-log/src/partitions/key-partition.js';
import {
  fixedLayout,
  LogUnavailableError,
  Topic,
  type GroupPosition,
  type LogTopicName,
  type NewRecord,
  type PartitionOffsets,
  type StoredRecord,
  type TopicLayout,
  type TopicName,
} from '#event-log';
import { DiskFullError, type SimulatedDisk } from './simulated-disk.js';

/** One machine with an embedded log, or a cluster that outlives its clients. */
export type LogKind = 'single' | 'cluster';

export interface SimulatedLogOptions {
  readonly kind: LogKind;
  readonly partitions: number;
  readonly disk: SimulatedDisk;
  /** Creates a unique identity. */
  newIdentity(): string;
  /** A clock that nobody sets, in milliseconds. */
  monotonic(): number;
}

/** A member of a group, as the log knows it. */
export interface Member {
  /** Whether its process runs. */
  readonly isAlive: boolean;
  /** Partitions were assigned again, so it has to look which are its own. */
  onMoved(): void;
}

interface Group {
  generation: number;
  members: Member[];
  owners: Member[];
}

/** The log itself, wherever it is. Processes access it through {@link SimulatedEventLog}. */
export class SimulatedLog {
  private readonly groups = new Map<string, Group>();
  private readonly waiting = new Map<TopicName, Set<() => void>>();
  private readonly written = new WeakMap<StoredRecord, number>();
  /** `undefined` while it answers. */
  outage: string | undefined;

  constructor(private readonly options: SimulatedLogOptions) {
    this.open();
  }

  get kind(): LogKind {
    return this.options.kind;
  }

  get partitions(): number {
    return this.options.partitions;
  }

  get disk(): SimulatedDisk {
    return this.options.disk;
  }

  /** When a record was written, by the clock that nobody sets. */
  writtenAt(record: StoredRecord): number {
    return this.written.get(record)!;
  }

  ageOf(record: StoredRecord): number {
    return this.options.monotonic() - this.writtenAt(record);
  }

  /** Gives each new topic its identity. */
  open(): void {
    for (const topic of Object.values(Topic)) {
      if (this.disk.cell(`identity ${topic}`) === undefined) {
        this.disk.replace(`identity ${topic}`, this.options.newIdentity());
      }
    }
    this.disk.flush();
  }

  /** @throws LogUnavailableError during an outage. */
  check(): void {
    if (this.outage !== undefined) throw new LogUnavailableError(this.outage);
  }

  identity(topic: LogTopicName): string {
    return this.disk.cell<string>(`identity ${topic}`)!;
  }

  /** Writes records, which are visible after {@link flush}. */
  write(topic: TopicName, records: readonly NewRecord[], now: number): void {
    const byPartition = new Map<number, NewRecord[]>();
    for (const record of records) {
      const partition = partitionByFnv1a(record.key, this.partitions);
      const others = byPartition.get(partition);
      if (others === undefined) byPartition.set(partition, [record]);
      else others.push(record);
    }
    for (const [partition, ofPartition] of byPartition) this.writeTo(topic, partition, ofPartition, now);
  }

  flush(topic: TopicName): void {
    this.disk.flush();
    const waiting = this.waiting.get(topic);
    if (waiting === undefined) return;
    this.waiting.delete(topic);
    for (const wake of waiting) wake();
  }

  /** All records of the partition since it was created, including removed ones. A record's index is its offset. */
  history(topic: TopicName, partition: number): readonly StoredRecord[] {
    return this.disk.read(fileOf(topic, partition)) as readonly StoredRecord[];
  }

  begin(topic: TopicName, partition: number): number {
    return this.disk.cell<number>(`begin ${topic} ${partition}`) ?? 0;
  }

  end(topic: TopicName, partition: number): number {
    return this.disk.flushedLength(fileOf(topic, partition));
  }

  extents(topic: TopicName): PartitionOffsets[] {
    return this.each((partition) => ({
      partition,
      begin: Math.min(this.begin(topic, partition), this.end(topic, partition)),
      end: this.end(topic, partition),
    }));
  }

  read(topic: TopicName, partition: number, fromOffset: number, maxRecords: number): StoredRecord[] {
    const from = Math.max(fromOffset, this.begin(topic, partition));
    return this.history(topic, partition).slice(from, from + maxRecords);
  }

  layout(): TopicLayout {
    return fixedLayout(this.partitions);
  }

  /** Removes what is before the offset; its file keeps it for the verdict alone. */
  removeBefore(topic: TopicName, partition: number, offset: number): void {
    const begin = this.begin(topic, partition);
    if (offset <= begin) return;
    this.disk.replace(`begin ${topic} ${partition}`, offset);
    this.disk.flush();
    this.disk.room += offset - begin;
  }

  committed(group: string, topic: TopicName, partition: number): GroupPosition {
    const kept = this.disk.cell<GroupPosition>(`position ${group} ${topic} ${partition}`);
    return kept ?? { partition, offset: 0, metadata: '' };
  }

  commit(group: string, topic: TopicName, positions: readonly GroupPosition[]): void {
    for (const position of positions) {
      this.disk.replace(`position ${group} ${topic} ${position.partition}`, position);
    }
    this.disk.flush();
  }

  /** Forgets where groups are, or sets them back by some records. */
  loseCommits(setBackBy: number): void {
    for (const name of this.disk.cellNames()) {
      if (!name.startsWith('position ')) continue;
      const { partition, offset } = this.disk.cell<GroupPosition>(name) ?? { partition: 0, offset: 0 };
      this.disk.replace(name, { partition, offset: Math.max(0, offset - setBackBy), metadata: '' });
    }
    this.disk.flush();
  }

  /** A topic is deleted and made again: what it had is gone, where its groups were is not. */
  recreate(topic: TopicName): void {
    for (let partition = 0; partition < this.partitions; partition++) {
      this.disk.removeFile(fileOf(topic, partition));
      this.disk.replace(`begin ${topic} ${partition}`, 0);
    }
    this.disk.replace(`identity ${topic}`, this.options.newIdentity());
    this.disk.flush();
    this.rebalance();
  }

  /** Calls back once something may have been appended. @returns what calls that off. */
  whenAppended(topic: TopicName, wake: () => void): () => void {
    let waiting = this.waiting.get(topic);
    if (waiting === undefined) this.waiting.set(topic, (waiting = new Set()));
    waiting.add(wake);
    return () => this.waiting.get(topic)?.delete(wake);
  }

  /** Members whose process has crashed are missed after a while. */
  expireMembers(): void {
    for (const group of this.groups.values()) {
      if (group.members.some(({ isAlive }) => !isAlive)) this.assign(group);
    }
  }

  join(group: string, topic: TopicName, member: Member): void {
    const joined = this.group(group, topic);
    joined.members.push(member);
    this.assign(joined);
  }

  leave(group: string, topic: TopicName, member: Member): void {
    const left = this.group(group, topic);
    left.members = left.members.filter((other) => other !== member);
    this.assign(left);
  }

  members(group: string, topic: TopicName): number {
    return this.group(group, topic).members.length;
  }

  generation(group: string, topic: TopicName): number {
    return this.group(group, topic).generation;
  }

  /** The partitions of a member; of an embedded log, each has all. */
  owned(group: string, topic: TopicName, member: Member): number[] {
    const { owners } = this.group(group, topic);
    const all = this.each((partition) => partition);
    return this.kind === 'single' ? all : all.filter((partition) => owners[partition] === member);
  }

  /** Deals all partitions of all groups again, to others where there are any. */
  rebalance(): void {
    for (const group of this.groups.values()) {
      group.members.push(...group.members.splice(0, 1));
      this.assign(group);
    }
  }

  /** All members are gone, as when everything is stopped. */
  forgetMembers(): void {
    this.groups.clear();
    this.waiting.clear();
  }

  private assign(group: Group): void {
    group.generation++;
    group.members = group.members.filter(({ isAlive }) => isAlive);
    group.owners =
      group.members.length === 0 ? [] : this.each((n) => group.members[n % group.members.length]!);
    for (const member of group.members) member.onMoved();
  }

  private group(name: string, topic: TopicName): Group {
    const key = `${name} ${topic}`;
    let group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, (group = { generation: 0, members: [], owners: [] }));
    return group;
  }

  private writeTo(topic: TopicName, partition: number, records: readonly NewRecord[], now: number): void {
    const file = fileOf(topic, partition);
    const before = this.disk.written(file) as readonly StoredRecord[];
    const earliest = earliestAppendTime(this.disk.cell<RetentionState>('retention'));
    const appendedAt = Math.max(now, earliest, before.at(-1)?.appendedAt ?? 0);
    const stored = records.map(({ value, headers }, index) => {
      const record = { partition, offset: before.length + index, appendedAt, value };
      return headers === undefined ? record : { ...record, headers };
    });
    for (const record of stored) this.written.set(record, this.options.monotonic());
    try {
      this.disk.append(file, stored);
    } catch (cause) {
      if (!(cause instanceof DiskFullError)) throw cause;
      throw new LogUnavailableError('the disk of the simulated log is full', { cause });
    }
  }

  private each<T>(of: (partition: number) => T): T[] {
    return Array.from({ length: this.partitions }, (_, partition) => of(partition));
  }
}

function fileOf(topic: TopicName, partition: number): string {
  return `${topic}/${partition}`;
}
