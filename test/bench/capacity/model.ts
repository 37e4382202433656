/** What is assumed of an installation; the reasons are in `docs/capacity.md`. */
export interface Assumptions {
  /** Each is two events: the exit from one state and the enter of the next. */
  readonly statusChangesPerAgentDay: number;
  readonly contactsPerAgentDay: number;
  readonly eventsPerContact: number;
  readonly shiftHours: number;
  /** The busiest second of a shift, against its mean. */
  readonly peakFactor: number;
  readonly retentionDays: number;
  /** Copies of each byte, in the log and in the store. */
  readonly replicationFactor: number;
  /** The share of a core or disk that is planned with. */
  readonly targetUtilisation: number;
  readonly coresPerShard: number;
  readonly diskTbPerShard: number;
  /** How often `agentStatus` and `groupsOnlineLoad` are asked for. */
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

/** A cost of events of one kind. */
export interface ByKind {
  readonly status: number;
  readonly contact: number;
}

/** What `npm run capacity` measures. Processor time in microseconds, sizes in bytes. */
export interface Costs {
  /** Of an event, posted by itself. */
  readonly receiverUsPosted: number;
  /** Of an event among many of an upload. */
  readonly receiverUsUploaded: number;
  readonly projectorUs: ByKind;
  readonly storeUs: ByKind;
  /** Of a record in the log's files, on one broker. */
  readonly logBytes: ByKind;
  readonly logBytesCompressed: ByKind;
  /** Of all that the store keeps for an event, after merges. */
  readonly storeBytes: ByKind;
  readonly cachedTimelineBytes: number;
  /** Of `agentStatusData`, for each interval of the answer. */
  readonly queryUsPerInterval: number;
  readonly storeUsPerInterval: number;
  readonly queryUsPerPresentAgent: number;
  readonly storeUsPerPresentAgent: number;
  readonly queryUsPerOnlineGroup: number;
  readonly storeUsPerOnlineGroup: number;
}

/** What one installation can have: `KAFKA_PARTITIONS`, and events that the cache of one projector holds. */
export const MAX_PARTITIONS = 500;
export const CACHED_TIMELINES = Math.floor(500_000 / 65);
/** Two of everything at least, so that one may fail. */
const FEWEST = 2;
const FEWEST_PARTITIONS = 12;
/** Partitions for each projector, so that there can be twice as many of these one day. */
const GROWTH = 2;

const DAY_SECONDS = 86_400;
const TB = 1e12;

/** What so many agents need. Cores are those that are busy at the peak, before the target utilisation. */
export interface Plan {
  readonly agents: number;
  readonly eventsPerDay: number;
  readonly peakEventsPerSecond: number;
  readonly receiverCores: number;
  readonly receivers: number;
  readonly projectorCores: number;
  readonly projectors: number;
  /** So many that the timelines of all agents stay in the projectors' memory: wanted, not needed. */
  readonly projectorsForAllTimelines: number;
  readonly partitions: number;
  readonly storeCores: number;
  readonly shards: number;
  readonly queryCores: number;
  readonly logTb: number;
  readonly logTbCompressed: number;
  readonly storeTb: number;
  /** More than one where the partitions of one are not enough: systems are then divided among them. */
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

/** Every interval is asked for once, spread over a day; who is present and what waits is asked for all the time. */
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

/** At most {@link MAX_PARTITIONS}, in dozens below that: they are divided evenly by 2, 3, 4 and 6 brokers. */
function partitionsFor(wanted: number): number {
  const dozens = Math.ceil(wanted / FEWEST_PARTITIONS);
  return Math.min(MAX_PARTITIONS, dozens * FEWEST_PARTITIONS);
}

/** Of the replicas of one shard each takes all inserts; the disk of a shard holds one of its copies. */
function shardsFor(storeCores: number, storeTb: number, assumptions: Assumptions): number {
  const { coresPerShard, targetUtilisation, diskTbPerShard, replicationFactor } = assumptions;
  return Math.max(
    1,
    Math.ceil(storeCores / (coresPerShard * targetUtilisation)),
    Math.ceil(storeTb / replicationFactor / diskTbPerShard),
  );
}
