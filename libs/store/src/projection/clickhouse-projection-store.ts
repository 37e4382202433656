import type { ContactId, TimelineHead, TimelineId } from '#domain';
import type { StoreConnection } from '../connection/connection.js';
import { timestamp } from '../connection/timestamp.js';
import { PartsManifest } from '../marks/parts-manifest.js';
import { EXCHANGING_TABLES, StoreMarks } from '../marks/store-marks.js';
import type { BegunWrites } from './begun-writes.js';
import { ClickHouseContactStore } from './clickhouse-contact-store.js';
import { ClickHouseDirectoryStore } from './clickhouse-directory-store.js';
import { ClickHousePositionStore } from './clickhouse-position-store.js';
import { ClickHouseReceiptStore } from './clickhouse-receipt-store.js';
import { ClickHouseTimelineStore } from './clickhouse-timeline-store.js';
import type {
  ProjectedPosition,
  ProjectionChanges,
  ProjectionStore,
  ReceivedContactEvent,
  ReceivedStatusEvent,
} from './projection-store.js';
import { writeDeadLetters } from './write-dead-letters.js';

/** `begun` remembers the begun writes of an embedded store; on a server nothing does. */
export class ClickHouseProjectionStore implements ProjectionStore {
  private readonly timelines: ClickHouseTimelineStore;
  private readonly contacts: ClickHouseContactStore;
  private readonly directories: ClickHouseDirectoryStore;
  private readonly receipts: ClickHouseReceiptStore;
  private readonly positionRows: ClickHousePositionStore;
  private readonly marks: StoreMarks;

  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
    private readonly begun?: BegunWrites,
  ) {
    this.timelines = new ClickHouseTimelineStore(connection, database);
    this.contacts = new ClickHouseContactStore(connection, database);
    this.directories = new ClickHouseDirectoryStore(connection, database);
    this.receipts = new ClickHouseReceiptStore(connection, database);
    this.positionRows = new ClickHousePositionStore(connection, database);
    this.marks = new StoreMarks(connection, database);
  }

  positions(topic: string): Promise<readonly ProjectedPosition[]> {
    return this.positionRows.positions(topic);
  }

  async begunWrites(topic: string): Promise<readonly ProjectedPosition[]> {
    return this.begun?.of(topic) ?? [];
  }

  async obstacle(): Promise<string | undefined> {
    if ((await this.marks.get(EXCHANGING_TABLES)) !== '') {
      return "a rebuild was broken off while it exchanged tables, so the store is partly the old and partly the new one: run 'npm run rebuild' again";
    }
    const loss = await new PartsManifest(this.connection, this.database).loss();
    if (loss === undefined) return undefined;
    return `the store is damaged, ${loss}: check the disk, then put a backup of the whole data directory back, or stop the service and run 'npm run rebuild'`;
  }

  hasNoContacts(): Promise<boolean> {
    return this.contacts.hasNoContacts();
  }

  contactEvents(ids: readonly ContactId[]): Promise<Map<string, ReceivedContactEvent[]>> {
    return this.contacts.contactEvents(ids);
  }

  isEmpty(): Promise<boolean> {
    return this.timelines.isEmpty();
  }

  heads(ids: readonly TimelineId[]): Promise<Map<string, TimelineHead>> {
    return this.timelines.heads(ids);
  }

  events(ids: readonly TimelineId[], from: number, to: number): Promise<Map<string, ReceivedStatusEvent[]>> {
    return this.timelines.events(ids, from, to);
  }

  async write(changes: ProjectionChanges): Promise<void> {
    const { database, connection } = this;
    await this.begun?.begin(changes.positions);
    await this.timelines.writeProjections(changes);
    await this.contacts.writeProjections(changes);
    await this.contacts.writeGroups(changes.contactGroups);
    await this.directories.write(changes.directories);
    await writeDeadLetters(connection, database, changes);
    await connection.insert(
      `${database}.systems`,
      ['system_id', 'first_received'],
      changes.systems.map(({ systemId, receivedAt }) => [systemId, timestamp(receivedAt)]),
      { readBack: true },
    );
    await this.timelines.writeEvents(changes.events);
    await this.contacts.writeEvents(changes.contactEvents);
    await this.receipts.writeActivity(changes.activity);
    await this.receipts.writeReceipts(changes.receipts);
    await this.positionRows.write(changes.positions);
  }
}
