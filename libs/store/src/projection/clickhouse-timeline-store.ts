import { compareEvents, timelineKey, type StatusAction, type TimelineHead, type TimelineId } from '#domain';
import type { StoreConnection } from '../connection/connection.js';
import { insertByMonth } from '../connection/insert-by-month.js';
import { timestamp } from '../connection/timestamp.js';
import { type Row } from '../connection/values.js';
import type { ProjectionChanges, ReceivedStatusEvent, TimelineProjectionStore } from './projection-store.js';

/** The bounds of what a DateTime64(3) holds, in milliseconds since the Unix epoch. */
const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(2299, 11, 31);

/** Selects the timelines of the bound arrays by the prefix of the sorting key. */
const OF_TIMELINES = `system_id IN {systems:Array(String)} AND worker_id IN {workers:Array(String)}
  AND (system_id, worker_id, group_id) IN
    (SELECT arrayJoin(arrayZip({systems:Array(String)}, {workers:Array(String)}, {groups:Array(String)})))`;

/** The part of the projection store that keeps timelines. */
export class ClickHouseTimelineStore implements TimelineProjectionStore {
  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {}

  async isEmpty(): Promise<boolean> {
    const [row] = await this.connection.latestRows<[number]>(
      `SELECT count() FROM (SELECT 1 FROM ${this.database}.systems LIMIT 1)`,
    );
    return row![0] === 0;
  }

  async heads(ids: readonly TimelineId[]): Promise<Map<string, TimelineHead>> {
    const rows = await this.connection.latestRows<HeadRow>(
      `SELECT system_id, worker_id, group_id, open_code, open_name, toUnixTimestamp64Milli(open_since),
              toUnixTimestamp64Milli(last_reset), toUnixTimestamp64Milli(unsettled_until)
       FROM ${this.database}.timelines FINAL WHERE ${OF_TIMELINES}`,
      timelineParameters(ids),
    );
    return new Map(rows.map((row) => [timelineKey(idOf(row)), headOf(row)]));
  }

  async events(
    ids: readonly TimelineId[],
    from: number,
    to: number,
  ): Promise<Map<string, ReceivedStatusEvent[]>> {
    const rows = await this.connection.latestRows<EventRow>(
      `SELECT system_id, worker_id, group_id, toUnixTimestamp64Milli(action_time), toString(action), state_code,
              state_name, toUnixTimestamp64Milli(received_at), position
       FROM ${this.database}.status_events FINAL
       WHERE ${OF_TIMELINES}
         AND action_time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
         AND action_time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')`,
      {
        ...timelineParameters(ids),
        from: Math.max(from, EARLIEST_MS),
        to: Math.min(to, LATEST_MS),
      },
    );
    const byTimeline = new Map<string, ReceivedStatusEvent[]>();
    for (const row of rows) {
      const event = eventOf(row);
      const key = timelineKey(event);
      const events = byTimeline.get(key);
      if (events === undefined) byTimeline.set(key, [event]);
      else events.push(event);
    }
    for (const events of byTimeline.values()) events.sort(compareEvents);
    return byTimeline;
  }

  /** Everything but the events, which are written last. */
  async writeProjections({ intervals, anomalies, heads }: ProjectionChanges): Promise<void> {
    await this.writeIntervals(intervals);
    await this.writeAnomalies(anomalies);
    await this.connection.insert(
      `${this.database}.timelines`,
      [...TIMELINE, 'open_code', 'open_name', 'open_since', 'last_reset', 'unsettled_until', 'version'],
      heads.map(({ timeline, head, version }) => headColumns(timeline, head, version)),
      { readBack: true },
    );
  }

  writeEvents(events: readonly ReceivedStatusEvent[]): Promise<void> {
    return insertByMonth(
      this.connection,
      `${this.database}.status_events`,
      [...TIMELINE, 'action_time', 'action', 'state_code', 'state_name', 'received_at', 'position'],
      {
        items: events,
        timeOf: ({ actionTime }) => actionTime,
        rowOf: (event) => [
          event.systemId,
          event.workerId,
          event.groupId,
          timestamp(event.actionTime),
          event.action,
          event.stateCode,
          event.stateName,
          timestamp(event.receivedAt),
          event.position,
        ],
        readBack: true,
      },
    );
  }

  private writeIntervals(intervals: ProjectionChanges['intervals']): Promise<void> {
    return insertByMonth(
      this.connection,
      `${this.database}.state_intervals`,
      [...TIMELINE, 'start', 'end', 'state_code', 'state_name', 'ended_by', 'version'],
      {
        items: intervals,
        timeOf: ({ interval }) => interval.start,
        rowOf: ({ timeline, interval, version }) => [
          ...idColumns(timeline),
          timestamp(interval.start),
          interval.end === null ? null : timestamp(interval.end),
          interval.stateCode,
          interval.stateName,
          interval.endedBy,
          version,
        ],
      },
    );
  }

  private writeAnomalies(anomalies: ProjectionChanges['anomalies']): Promise<void> {
    return insertByMonth(
      this.connection,
      `${this.database}.anomalies`,
      [...TIMELINE, 'at', 'kind', 'state_code', 'version', 'is_deleted'],
      {
        items: anomalies,
        timeOf: ({ anomaly }) => anomaly.at,
        rowOf: ({ timeline, anomaly, version, deleted }) => [
          ...idColumns(timeline),
          timestamp(anomaly.at),
          anomaly.kind,
          anomaly.stateCode,
          version,
          deleted ? 1 : 0,
        ],
      },
    );
  }
}

const TIMELINE = ['system_id', 'worker_id', 'group_id'] as const;

type IdRow = readonly [systemId: string, workerId: string, groupId: string, ...Row];

type HeadRow = readonly [
  string,
  string,
  string,
  openCode: string,
  openName: string,
  openSince: number | null,
  lastReset: number | null,
  unsettledUntil: number | null,
];

type EventRow = readonly [
  string,
  string,
  string,
  actionTime: number,
  action: string,
  stateCode: string,
  stateName: string,
  receivedAt: number,
  position: number,
];

function timelineParameters(ids: readonly TimelineId[]) {
  return {
    systems: ids.map(({ systemId }) => systemId),
    workers: ids.map(({ workerId }) => workerId),
    groups: ids.map(({ groupId }) => groupId),
  };
}

function idColumns({ systemId, workerId, groupId }: TimelineId): [string, string, string] {
  return [systemId, workerId, groupId];
}

function idOf([systemId, workerId, groupId]: IdRow): TimelineId {
  return { systemId, workerId, groupId };
}

function headColumns(timeline: TimelineId, head: TimelineHead, version: number): Row {
  const { open, lastReset, unsettledUntil } = head;
  return [
    ...idColumns(timeline),
    open?.stateCode ?? '',
    open?.stateName ?? '',
    open === undefined ? null : timestamp(open.start),
    lastReset === -Infinity ? null : timestamp(lastReset),
    unsettledUntil === -Infinity ? null : timestamp(Math.min(unsettledUntil, LATEST_MS)),
    version,
  ];
}

function headOf(row: HeadRow): TimelineHead {
  const [, , , stateCode, stateName, openSince, lastReset, unsettledUntil] = row;
  return {
    open: openSince === null ? undefined : { stateCode, stateName, start: openSince },
    lastReset: lastReset ?? -Infinity,
    unsettledUntil: unsettledUntil === LATEST_MS ? Infinity : (unsettledUntil ?? -Infinity),
  };
}

function eventOf(row: EventRow): ReceivedStatusEvent {
  const [systemId, workerId, groupId, actionTime, action, stateCode, stateName, receivedAt, position] = row;
  return {
    systemId,
    workerId,
    groupId,
    actionTime,
    action: action as StatusAction,
    stateCode,
    stateName,
    receivedAt,
    position,
  };
}
