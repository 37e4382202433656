/** Assumptions about an installation; `docs/capacity.md` gives the reasons. */
export interface Assumptions {
  /** Each change is two events: the exit from one state and the enter of the next. */
  readonly statusChangesPerAgentDay: number;
  readonly contactsPerAgentDay: number;
  readonly eventsPerContact: number;
  readonly shiftHours: number;
  /** Rate in the busiest second of a shift ÷ mean rate. */
  readonly peakFactor: number;
  readonly retentionDays: number;
  /** Copies of each byte, in the log and in the store. */
  readonly replicationFactor: number;
  /** The share of a core or disk to plan with. */
  readonly targetUtilisation: number;
  readonly coresPerShard: number;
  readonly diskTbPerShard: number;
  /** How often `agentStatus` and `groupsOnlineLoad` are requested. */
  readonly onlineQueriesPerMinute: number;
  readonly agentsPerGroup: number;
}

export const ASSUMPTIONS: Assumptions = {
  statusChangesPerAgentDay: 100,
  contactsPerAgentDay: 60,
  eventsPerContact: 5,
  shiftHours: 8,
  peakFactor: 2,
  retentionDays: 400,
  replicationFactor: 3,
  targetUtilisation: 0.6,
  coresPerShard: 16,
  diskTbPerShard: 8,
  onlineQueriesPerMinute: 4,
  agentsPerGroup: 20,
};

/** A figure for each kind of event. */
export interface ByKind {
  readonly status: number;
  readonly contact: number;
}

/** The costs that `npm run capacity` measures: processor time in microseconds, sizes in bytes. */
export interface Costs {
  /** For an event of a single post. */
  readonly receiverUsPosted: number;
  /** For an event of an upload. */
  readonly receiverUsUploaded: number;
  readonly projectorUs: ByKind;
  readonly storeUs: ByKind;
  /** For a record in the log's files, on one broker. */
  readonly logBytes: ByKind;
  readonly logBytesCompressed: ByKind;
  /** For all rows of an event in the store, after merges. */
  readonly storeBytes: ByKind;
  readonly cachedTimelineBytes: number;
  /** For each interval in an answer of `agentStatusData`. */
  readonly queryUsPerInterval: number;
  readonly storeUsPerInterval: number;
  readonly queryUsPerPresentAgent: number;
  readonly storeUsPerPresentAgent: number;
  readonly queryUsPerOnlineGroup: number;
  readonly storeUsPerOnlineGroup: number;
}

/** Limits of one installation: of `KAFKA_PARTITIONS`, and of the timelines that one projector caches. */
export const MAX_PARTITIONS = 500;
export const CACHED_TIMELINES = Math.floor(500_000 / 65);
/** At least two of everything, so that one may fail. */
const FEWEST = 2;
const FEWEST_PARTITIONS = 12;
/** Partitions per projector, so that the number of projectors can be doubled later. */
const GROWTH = 2;

const DAY_SECONDS = 86_400;
const TB = 1e12;

/** The needs of a number of agents. Cores are those busy at the peak, before the target utilisation. */
export interface Plan {
  readonly agents: number;
  readonly eventsPerDay: number;
  readonly peakEventsPerSecond: number;
  readonly receiverCores: number;
  readonly receivers: number;
  readonly projectorCores: number;
  readonly projectors: number;
  /** The number that can cache the timelines of all agents: desirable, not required. */
  readonly projectorsForAllTimelines: number;
  readonly partitions: number;
  readonly storeCores: number;
  readonly shards: number;
  readonly queryCores: number;
  readonly logTb: number;
  readonly logTbCompressed: number;
  readonly storeTb: number;
  /** More than one if the partitions of one do not suffice; systems are then divided among them. */
  readonly installations: number;
}

/** @param agents an integer from 1. */
export function plan(agents: number, costs: Costs, assumptions: Assumptions = ASSUMPTIONS): Plan {
  const { targetUtilisation, replicationFactor } = assumptions;
  const daily = eventsPerDay(agents, assumptions);
  const peak = peakRate(daily, assumptions);
  const receiverCores = cores(peak.status + peak.contact, costs.receiverUsPosted);
  const projectorCores = costOf(peak, costs.projectorUs) / 1e6;
  const queries = queryCores(agents, costs, assumptions);
  const storeCores = costOf(peak, costs.storeUs) / 1e6 + queries.store;
  const disk = (bytes: ByKind) =>
    (costOf(daily, bytes) * assumptions.retentionDays * replicationFactor) / targetUtilisation / TB;
  const storeTb = disk(costs.storeBytes);
  const processes = (busy: number) => Math.max(FEWEST, Math.ceil(busy / targetUtilisation));
  const projectors = processes(projectorCores);
  const projectorsForAllTimelines = Math.max(projectors, Math.ceil(agents / CACHED_TIMELINES));
  return {
    agents,
    eventsPerDay: daily.status + daily.contact,
    peakEventsPerSecond: peak.status + peak.contact,
    receiverCores,
    receivers: processes(receiverCores),
    projectorCores,
    projectors,
    projectorsForAllTimelines,
    partitions: partitionsFor(Math.max(projectors * GROWTH, projectorsForAllTimelines)),
    storeCores,
    shards: shardsFor(storeCores, storeTb, assumptions),
    queryCores: queries.service,
    logTb: disk(costs.logBytes),
    logTbCompressed: disk(costs.logBytesCompressed),
    storeTb,
    installations: Math.ceil(projectors / MAX_PARTITIONS),
  };
}

function eventsPerDay(agents: number, assumptions: Assumptions): ByKind {
  const { statusChangesPerAgentDay, contactsPerAgentDay, eventsPerContact } = assumptions;
  return {
    status: agents * statusChangesPerAgentDay * 2,
    contact: agents * contactsPerAgentDay * eventsPerContact,
  };
}

function peakRate({ status, contact }: ByKind, { shiftHours, peakFactor }: Assumptions): ByKind {
  const factor = peakFactor / (shiftHours * 3_600);
  return { status: status * factor, contact: contact * factor };
}

function costOf(amount: ByKind, each: ByKind): number {
  return amount.status * each.status + amount.contact * each.contact;
}

function cores(perSecond: number, usEach: number): number {
  return (perSecond * usEach) / 1e6;
}

/** Every interval is queried once, spread over a day; presence and group load are queried all the time. */
function queryCores(agents: number, costs: Costs, assumptions: Assumptions) {
  const { statusChangesPerAgentDay, onlineQueriesPerMinute, agentsPerGroup } = assumptions;
  const intervals = (agents * statusChangesPerAgentDay) / DAY_SECONDS;
  const present = (agents * onlineQueriesPerMinute) / 60;
  const groups = present / agentsPerGroup;
  return {
    service:
      cores(intervals, costs.queryUsPerInterval) +
      cores(present, costs.queryUsPerPresentAgent) +
      cores(groups, costs.queryUsPerOnlineGroup),
    store:
      cores(intervals, costs.storeUsPerInterval) +
      cores(present, costs.storeUsPerPresentAgent) +
      cores(groups, costs.storeUsPerOnlineGroup),
  };
}

/** At most {@link MAX_PARTITIONS}, in dozens below that: dozens divide evenly among 2, 3, 4 and 6 brokers. */
function partitionsFor(wanted: number): number {
  const dozens = Math.ceil(wanted / FEWEST_PARTITIONS);
  return Math.min(MAX_PARTITIONS, dozens * FEWEST_PARTITIONS);
}

/** Every replica of a shard performs all its inserts, and holds one copy of its data. */
function shardsFor(storeCores: number, storeTb: number, assumptions: Assumptions): number {
  const { coresPerShard, targetUtilisation, diskTbPerShard, replicationFactor } = assumptions;
  return Math.max(
    1,
    Math.ceil(storeCores / (coresPerShard * targetUtilisation)),
    Math.ceil(storeTb / replicationFactor / diskTbPerShard),
  );
}
