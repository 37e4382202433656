import {
  compareSteps,
  contactKey,
  figuresOf,
  NOT_STATED,
  type ContactAction,
  type ContactId,
  type Leg,
} from '#domain';
import type { StoreConnection } from '../connection/connection.js';
import { timestamp } from '../connection/timestamp.js';
import { type Row } from '../connection/values.js';
import { insertByMonth } from '../connection/insert-by-month.js';
import type { ContactProjectionStore, ProjectionChanges, ReceivedContactEvent } from './projection-store.js';

/** The end stored for a leg that has none yet. */
export const NOT_ENDED_MS = Date.UTC(2299, 11, 31);

/** The part of the projection store that keeps contacts. */
export class ClickHouseContactStore implements ContactProjectionStore {
  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {}

  async hasNoContacts(): Promise<boolean> {
    const [row] = await this.connection.latestRows<[number]>(
      `SELECT count() FROM (SELECT 1 FROM ${this.database}.contact_events LIMIT 1)`,
    );
    return row![0] === 0;
  }

  async contactEvents(ids: readonly ContactId[]): Promise<Map<string, ReceivedContactEvent[]>> {
    const rows = await this.connection.latestRows<ContactRow>(
      `SELECT system_id, contact_id, toUnixTimestamp64Milli(action_time), toString(action), group_id, worker_id,
              coalesce(customer_id, ''), coalesce(channel_type, ''), toUnixTimestamp64Milli(received_at), position
       FROM ${this.database}.contact_events FINAL
       WHERE system_id IN {systems:Array(String)} AND contact_id IN {contacts:Array(String)}
         AND (system_id, contact_id) IN
           (SELECT arrayJoin(arrayZip({systems:Array(String)}, {contacts:Array(String)})))`,
      {
        systems: ids.map(({ systemId }) => systemId),
        contacts: ids.map(({ contactId }) => contactId),
      },
    );
    const byContact = new Map<string, ReceivedContactEvent[]>();
    for (const row of rows) {
      const event = eventOf(row);
      const key = contactKey(event);
      const events = byContact.get(key);
      if (events === undefined) byContact.set(key, [event]);
      else events.push(event);
    }
    for (const events of byContact.values()) events.sort(compareSteps);
    return byContact;
  }

  /** Everything but the events, which are written last. */
  async writeProjections(changes: ProjectionChanges): Promise<void> {
    const { connection, database } = this;
    await insertByMonth(
      connection,
      `${database}.legs`,
      [
        ...LEG,
        'outcome',
        'worker_id',
        'answered',
        'waiting_ms',
        'talk_ms',
        'handling_ms',
        'post_processing_ms',
        'customer_id',
        'channel_type',
        'last_touched',
        'version',
        'is_deleted',
      ],
      {
        items: changes.legs,
        timeOf: ({ leg }) => leg.begin,
        rowOf: ({ contact, leg, version, deleted }) => [
          ...legColumns(contact, leg),
          ...figureColumns(leg),
          version,
          deleted ? 1 : 0,
        ],
      },
    );
    await insertByMonth(
      connection,
      `${database}.answered_legs`,
      [...LEG, 'worker_id', 'answered', 'outcome', 'ended', 'channel_type', 'version', 'is_deleted'],
      {
        items: changes.answeredLegs,
        timeOf: ({ leg }) => leg.answer!.at,
        rowOf: ({ contact, leg, version, deleted }) => [
          ...legColumns(contact, leg),
          leg.answer!.workerId,
          timestamp(leg.answer!.at),
          figuresOf(leg).outcome,
          timestamp('at' in leg.end ? leg.end.at : NOT_ENDED_MS),
          leg.channelType,
          version,
          deleted ? 1 : 0,
        ],
      },
    );
    await insertByMonth(
      connection,
      `${database}.contact_anomalies`,
      ['system_id', 'contact_id', 'at', 'kind', 'action', 'group_id', 'worker_id', 'version', 'is_deleted'],
      {
        items: changes.contactAnomalies,
        timeOf: ({ anomaly }) => anomaly.at,
        rowOf: ({ contact, anomaly, version, deleted }) => [
          contact.systemId,
          contact.contactId,
          timestamp(anomaly.at),
          anomaly.kind,
          anomaly.action,
          anomaly.groupId,
          anomaly.workerId,
          version,
          deleted ? 1 : 0,
        ],
      },
    );
  }

  async writeGroups(groups: ProjectionChanges['contactGroups']): Promise<void> {
    await this.connection.insert(
      `${this.database}.contact_groups`,
      ['system_id', 'group_id'],
      groups.map(({ systemId, groupId }) => [systemId, groupId]),
    );
  }

  async writeEvents(events: readonly ReceivedContactEvent[]): Promise<void> {
    await insertByMonth(
      this.connection,
      `${this.database}.contact_events`,
      [
        'system_id',
        'contact_id',
        'action_time',
        'action',
        'group_id',
        'worker_id',
        'customer_id',
        'channel_type',
        'received_at',
        'position',
      ],
      {
        items: events,
        timeOf: ({ actionTime }) => actionTime,
        rowOf: (event) => [
          event.systemId,
          event.contactId,
          timestamp(event.actionTime),
          event.action,
          event.groupId,
          event.workerId,
          stated(event.customerId),
          stated(event.channelType),
          timestamp(event.receivedAt),
          event.position,
        ],
        readBack: true,
      },
    );
  }
}

const LEG = ['system_id', 'contact_id', 'group_id', 'begin', 'begun_by', 'begun_by_worker'] as const;

type ContactRow = readonly [
  systemId: string,
  contactId: string,
  actionTime: number,
  action: string,
  groupId: string,
  workerId: string,
  customerId: string,
  channelType: string,
  receivedAt: number,
  position: number,
];

function legColumns({ systemId, contactId }: ContactId, leg: Leg): Row {
  return [systemId, contactId, leg.groupId, timestamp(leg.begin), leg.begunBy, leg.begunByWorker];
}

function figureColumns(leg: Leg): Row {
  const { outcome, answered, waiting, talk, handling, postProcessing } = figuresOf(leg);
  return [
    outcome,
    leg.answer?.workerId ?? '',
    answered === null ? null : timestamp(answered),
    waiting,
    talk,
    handling,
    postProcessing,
    leg.customerId,
    leg.channelType,
    timestamp(leg.lastTouched),
  ];
}

function eventOf(row: ContactRow): ReceivedContactEvent {
  const [
    systemId,
    contactId,
    actionTime,
    action,
    groupId,
    workerId,
    customerId,
    channelType,
    receivedAt,
    position,
  ] = row;
  return {
    systemId,
    contactId,
    actionTime,
    action: action as ContactAction,
    groupId,
    workerId,
    customerId,
    channelType,
    receivedAt,
    position,
  };
}

function stated(value: string): string | null {
  return value === NOT_STATED ? null : value;
}
