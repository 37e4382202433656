import { isoTime } from '#domain';
import type { ReceivedStatusEvent, StoredInterval } from '#store';
import { statusEventAnswer } from './event-answer.js';

/** A period `[start, end)` in milliseconds since the Unix epoch. */
export interface TimelinePeriod {
  readonly start: number;
  readonly end: number;
}

/** What of one timeline is told: the intervals that have a part in the period, and the raw events behind them. */
interface TimelineParts {
  readonly systemId: string;
  readonly groupId: string;
  readonly intervals: StoredInterval[];
  /** In their order. */
  readonly events: ReceivedStatusEvent[];
}

/** Tells each timeline's intervals with the events that made them; by system, then group, none first. */
export function timelineAnswers(
  intervals: readonly StoredInterval[],
  events: readonly ReceivedStatusEvent[],
  period: TimelinePeriod,
) {
  return partsOf(intervals, events).map((timeline) => {
    const { systemId, groupId } = timeline;
    return {
      systemId,
      ...(groupId === '' ? {} : { groupId }),
      intervals: timeline.intervals
        .filter((interval) => hasPartIn(interval, period))
        .map((interval) => intervalAnswer(interval, timeline.events, period)),
      unpairedExits: unpairedExits(timeline, period).map(statusEventAnswer),
    };
  });
}

/** Whether `agentStatusData` gives the interval for the period: its end is known, and it starts or ends within. */
export function isServed({ start, end }: StoredInterval, period: TimelinePeriod): boolean {
  if (end === null) return false;
  const startsWithin = start >= period.start && start < period.end;
  return startsWithin || (end > period.start && end <= period.end);
}

/** What ends as the period begins has no part in it. */
function hasPartIn({ start, end }: StoredInterval, period: TimelinePeriod): boolean {
  return start >= period.start || end === null || end > period.start;
}

function partsOf(
  intervals: readonly StoredInterval[],
  events: readonly ReceivedStatusEvent[],
): readonly TimelineParts[] {
  const timelines = new Map<string, TimelineParts>();
  const partOf = ({ systemId, groupId }: { systemId: string; groupId: string }) => {
    const key = `${systemId}\u0000${groupId}`;
    const known = timelines.get(key) ?? { systemId, groupId, intervals: [], events: [] };
    timelines.set(key, known);
    return known;
  };
  for (const interval of intervals) partOf(interval).intervals.push(interval);
  for (const event of events) partOf(event).events.push(event);
  return [...timelines]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([, part]) => part);
}

function intervalAnswer(
  interval: StoredInterval,
  events: readonly ReceivedStatusEvent[],
  period: TimelinePeriod,
) {
  const { start, end, stateCode, stateName, endedBy } = interval;
  const served = isServed(interval, period);
  const enter = enterOf(interval, events);
  return {
    start: isoTime(start),
    ...(end === null ? {} : { end: isoTime(end) }),
    stateCode,
    stateName,
    endedBy,
    inAgentStatusData: served,
    ...(served ? {} : { notServedBecause: whyNotServed(interval) }),
    ...(enter === undefined ? {} : { enteredBy: statusEventAnswer(enter) }),
    endingEvents: endingEvents(interval, events).map(statusEventAnswer),
  };
}

function whyNotServed({ endedBy }: StoredInterval): string {
  if (endedBy === 'open') return 'it has not ended yet';
  if (endedBy === 'unknown') return 'its exit was lost and its end cannot be known';
  return 'it covers the whole period: neither its start nor its end falls within';
}

function enterOf({ start, stateCode }: StoredInterval, events: readonly ReceivedStatusEvent[]) {
  return events.find(
    (event) => event.actionTime === start && event.stateCode === stateCode && event.action === 'enter',
  );
}

/** The events that ended an interval, or that showed that its end cannot be known. */
function endingEvents(
  { start, end, stateCode, endedBy }: StoredInterval,
  events: readonly ReceivedStatusEvent[],
): readonly ReceivedStatusEvent[] {
  const entersAt = (time: number | undefined) =>
    events.filter(({ actionTime, action }) => actionTime === time && action === 'enter');
  switch (endedBy) {
    case 'exit':
      return events.filter(
        (event) => event.actionTime === end && event.action === 'exit' && event.stateCode === stateCode,
      );
    case 'next_enter':
      return entersAt(end!);
    case 'superseded':
      return entersAt(start).filter((event) => event.stateCode !== stateCode);
    case 'unknown':
      return entersAt(
        events.find(({ actionTime, action }) => actionTime > start && action === 'enter')?.actionTime,
      );
    case 'open':
      return [];
  }
}

/** Exits within the period that ended nothing: their enter was lost. */
function unpairedExits({ intervals, events }: TimelineParts, period: TimelinePeriod): ReceivedStatusEvent[] {
  const ended = new Set(
    intervals.filter(({ endedBy }) => endedBy === 'exit').map(({ end, stateCode }) => `${end} ${stateCode}`),
  );
  return events.filter(
    ({ actionTime, action, stateCode }) =>
      action === 'exit' &&
      actionTime >= period.start &&
      actionTime < period.end &&
      !ended.has(`${actionTime} ${stateCode}`),
  );
}
