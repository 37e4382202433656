import { foldTimeline, type TimelineEvent } from '#domain';
import { seededRandom } from '../load/random.js';
import { answerTasks, ready } from './serve-parent.js';

export interface FoldTask {
  readonly seed: number;
  readonly seconds: number;
}

export interface FoldResult {
  readonly eventsPerSecond: number;
  readonly timelines: number;
  readonly events: number;
  /** Busy cores, including garbage collection. */
  readonly cores: number;
}

const RULES = { stateMaxAgeMs: 43_200_000 };
const EVENTS = 1_000_000;
const CODES = ['Ready', 'OnCall', 'AfterCallWork', 'Break', 'Lunch', 'Training', 'Meeting', 'Offline'];
const FIRST_INSTANT_MS = Date.UTC(2026, 0, 5, 8);

/** Timelines of 50 to 2 000 events: mostly exit and enter in the same second, 1% repeats, slightly out of order. */
function makeTimelines(seed: number): TimelineEvent[][] {
  const random = seededRandom(seed);
  const timelines: TimelineEvent[][] = [];
  for (let events = 0; events < EVENTS;) {
    const timeline = makeTimeline(random, Math.round(50 * 40 ** random()));
    events += timeline.length;
    timelines.push(timeline);
  }
  return timelines;
}

function makeTimeline(random: () => number, length: number): TimelineEvent[] {
  const events: TimelineEvent[] = [];
  const add = (code: number, actionTime: number, action: TimelineEvent['action']) => {
    const event = { stateCode: CODES[code]!, stateName: `${CODES[code]!} state`, actionTime, action };
    events.push(event);
    if (random() < 0.01) events.push(event);
  };
  let at = FIRST_INSTANT_MS;
  let code = 0;
  add(code, at, 'enter');
  while (events.length < length) {
    at += 1_000 * Math.ceil(random() * 300);
    add(code, at, 'exit');
    if (random() < 0.05) at += 1_000 * Math.ceil(random() * 10);
    code = Math.floor(random() * CODES.length);
    add(code, at, 'enter');
  }
  shuffleSlightly(events, random);
  // As read from the log, where no two events share strings.
  return JSON.parse(JSON.stringify(events)) as TimelineEvent[];
}

/** Swaps one event in twenty with one up to three places away. */
function shuffleSlightly(events: TimelineEvent[], random: () => number): void {
  for (let i = 0; i + 3 < events.length; i++) {
    if (random() >= 0.05) continue;
    const other = i + 1 + Math.floor(random() * 3);
    [events[i], events[other]] = [events[other]!, events[i]!];
  }
}

function fold({ seed, seconds }: FoldTask): FoldResult {
  const timelines = (made ??= makeTimelines(seed));
  const events = timelines.reduce((sum, { length }) => sum + length, 0);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let folded = 0;
  while (performance.now() - startedAt < seconds * 1000) {
    for (const timeline of timelines) foldTimeline(timeline, RULES);
    folded += events;
  }
  const elapsed = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    eventsPerSecond: folded / elapsed,
    timelines: timelines.length,
    events,
    cores: (user + system) / 1e6 / elapsed,
  };
}

let made: TimelineEvent[][] | undefined;

ready({}, () => undefined);
answerTasks(fold);
