import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decodeStatusRecord, encodeStatusRecord } from '#event-log';
import { TimelineCache } from '../../../libs/projection/src/statuses/timeline-cache.js';
import { answerTasks, ready } from './serve-parent.js';

export interface TimelineMemoryTask {
  readonly timelines: number;
  readonly eventsPerTimeline: number;
}

export interface TimelineMemoryResult {
  readonly bytesPerTimeline: number;
}

const FIRST_INSTANT_MS = Date.UTC(2026, 0, 5, 8);

/** A timeline as a projector caches it, each event decoded from its own record. */
function timeline(agent: number, events: number) {
  const view = {
    knownFrom: -Infinity,
    knownTo: Infinity,
    events: Array.from({ length: events }, (_, i) => {
      const event = {
        systemId: 'BENCH',
        workerId: `A${agent}`,
        groupId: '',
        stateCode: `S${(i >> 1) % 8}`,
        stateName: `State number ${(i >> 1) % 8}`,
        actionTime: FIRST_INSTANT_MS + ((i + 1) >> 1) * 30_000,
        action: i % 2 === 0 ? ('enter' as const) : ('exit' as const),
      };
      const read = decodeStatusRecord(encodeStatusRecord({ event, receivedAt: FIRST_INSTANT_MS }).value);
      return { ...read.event, receivedAt: read.receivedAt, position: 2 ** 40 + i };
    }),
  };
  return { view, lastReset: FIRST_INSTANT_MS, unsettledUntil: -Infinity };
}

function measure({ timelines, eventsPerTimeline }: TimelineMemoryTask): TimelineMemoryResult {
  const cache = new TimelineCache(Infinity, eventsPerTimeline);
  const before = heapBytes();
  for (let agent = 0; agent < timelines; agent++) {
    cache.set(`["BENCH","A${agent}",""]`, timeline(agent, eventsPerTimeline));
  }
  const bytes = heapBytes() - before;
  if (cache.weight !== timelines * (eventsPerTimeline + 1)) throw new Error('the cache dropped timelines');
  return { bytesPerTimeline: bytes / timelines };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

ready({}, () => undefined);
answerTasks(measure);
