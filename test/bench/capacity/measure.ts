import { KAFKA_TOPICS, logBytes } from './log-files.js';
import { compactedBytes } from './store-files.js';
import { measureQueries } from './measure-queries.js';
import { cpuMs } from '../measuring/cpu-time.js';
import { drain, type Drain } from '../kafka/drain.js';
import { KafkaDeployment, untilUnspooled } from '../kafka/kafka-deployment.js';
import { KafkaTools } from '../kafka/kafka-tools.js';
import { LoadClient, UploadClient } from '../load/load.js';
import type { Owned } from '../owned.js';
import type { TimelineMemoryResult } from '../processes/timeline-memory.js';
import { progress } from '../progress.js';
import type { ByKind, Costs } from './model.js';

const KINDS = ['status', 'contact'] as const;
type Kind = (typeof KINDS)[number];

/** Age of the first event, so that its states still last and its contacts are of today. */
const AGO_SECONDS = 3_600;
const INSTALLATION = 'capacity';
const COMPRESSED = 'compressed';
const POSTED_PER_SECOND = 2_000;
const UPLOAD_WITHIN_SECONDS = 600;
/** Events of a first upload, which creates topics and connections and warms up compilers. */
const WARMING_EVENTS = 2_000;
const TIMELINES = 2_000;
/** In the middle of the 32 to 64 events that a projector caches of a timeline. */
const EVENTS_PER_TIMELINE = 48;

/** The load to measure with. */
export interface CapacityLoad {
  /** Events of each kind that are uploaded. */
  readonly events: number;
  /** Duration of the single posts. */
  readonly seconds: number;
}

/** Measures all costs. Takes some minutes, and prints its progress. */
export async function measureCosts(owned: Owned, load: CapacityLoad): Promise<Costs> {
  const deployment = await KafkaDeployment.start(owned);
  try {
    progress('events: uploaded, projected');
    const status = await carry(owned, deployment, 'status', load.events);
    const contact = await carry(owned, deployment, 'contact', load.events);
    progress('queries');
    const queries = await measureQueries(deployment, INSTALLATION, Math.floor(Date.now() / 1000));
    progress('sizes');
    const stored = await compactedBytes(deployment.store, INSTALLATION);
    const perEvent = (bytes: number) => bytes / (load.events + WARMING_EVENTS);
    const compressed = await compressedLog(owned, deployment, load.events);
    progress('single posts');
    const receiverUsPosted = await posting(owned, deployment, load.seconds);
    const byKind = (of: (carried: Carried) => number): ByKind => ({
      status: of(status),
      contact: of(contact),
    });
    return {
      receiverUsPosted,
      receiverUsUploaded: status.receiverUs,
      projectorUs: byKind(({ drained }) => usPerEvent(drained, 'projector')),
      storeUs: byKind(({ drained }) => usPerEvent(drained, 'store')),
      logBytes: byKind(({ logBytes: bytes }) => bytes),
      logBytesCompressed: compressed,
      storeBytes: { status: perEvent(stored.status), contact: perEvent(stored.contact) },
      cachedTimelineBytes: await timelineBytes(owned),
      ...queries,
    };
  } finally {
    await deployment.stop();
  }
}

interface Carried {
  readonly receiverUs: number;
  readonly logBytes: number;
  readonly drained: Drain;
}

/** Uploads many events while no projector runs, then projects them. */
async function carry(
  owned: Owned,
  deployment: KafkaDeployment,
  kind: Kind,
  events: number,
): Promise<Carried> {
  const { receiverUs } = await upload(owned, deployment, INSTALLATION, kind, events);
  const bytes = logBytes(deployment, INSTALLATION, KAFKA_TOPICS[kind]) / (events + WARMING_EVENTS);
  const projector = await deployment.app('projector', INSTALLATION);
  const drained = await drain(deployment, projector, kind, events + WARMING_EVENTS);
  await projector.stop();
  progress(`${kind}: ${drained.events} events projected in ${drained.seconds.toFixed(1)} s`);
  return { receiverUs, logBytes: bytes, drained };
}

async function upload(
  owned: Owned,
  deployment: KafkaDeployment,
  installation: string,
  kind: Kind,
  events: number,
) {
  const receiver = await deployment.app('receiver', installation);
  const client = await UploadClient.start(owned);
  await client.upload({
    port: receiver.port,
    events: kind,
    maxEvents: WARMING_EVENTS,
    seconds: UPLOAD_WITHIN_SECONDS,
  });
  await untilUnspooled(receiver);
  const before = cpuMs(receiver.pid);
  const { accepted } = await client.upload({
    port: receiver.port,
    events: kind,
    maxEvents: events,
    seconds: UPLOAD_WITHIN_SECONDS,
    firstSecond: Math.floor(Date.now() / 1000) - AGO_SECONDS,
  });
  const receiverUs = ((cpuMs(receiver.pid) - before) * 1000) / accepted;
  await client.stop();
  await untilUnspooled(receiver);
  await receiver.stop();
  if (accepted !== events) throw new Error(`only ${accepted} of ${events} events were uploaded`);
  return { receiverUs };
}

/** Uploads the same events to topics that the broker compresses. @returns bytes per event. */
async function compressedLog(owned: Owned, deployment: KafkaDeployment, events: number): Promise<ByKind> {
  const tools = KafkaTools.for(deployment.kafka.brokers);
  const bytes: Partial<Record<Kind, number>> = {};
  for (const kind of KINDS) {
    await tools.makeTopic(`${COMPRESSED}.${KAFKA_TOPICS[kind]}`, deployment.partitions, {
      'compression.type': 'zstd',
      'message.timestamp.type': 'LogAppendTime',
    });
  }
  for (const kind of KINDS) {
    await upload(owned, deployment, COMPRESSED, kind, events);
    bytes[kind] = logBytes(deployment, COMPRESSED, KAFKA_TOPICS[kind]) / (events + WARMING_EVENTS);
  }
  return bytes as ByKind;
}

async function posting(owned: Owned, deployment: KafkaDeployment, seconds: number): Promise<number> {
  const receiver = await deployment.app('receiver', 'posted');
  const client = await LoadClient.start(owned);
  await client.warmUp(receiver.port);
  const before = cpuMs(receiver.pid);
  const { answered } = await client.load({ port: receiver.port, seconds, rate: POSTED_PER_SECOND });
  const us = ((cpuMs(receiver.pid) - before) * 1000) / answered;
  await client.stop();
  await receiver.stop();
  return us;
}

async function timelineBytes(owned: Owned): Promise<number> {
  const [process] = await owned.process('timeline-memory');
  const { bytesPerTimeline } = await process.ask<TimelineMemoryResult>({
    timelines: TIMELINES,
    eventsPerTimeline: EVENTS_PER_TIMELINE,
  });
  await process.stop();
  return bytesPerTimeline;
}

function usPerEvent({ cpuMs: ms, events }: Drain, name: 'projector' | 'store'): number {
  if (events <= 0) throw new Error('all events were in the first batch: measure with more events');
  return (ms[name] * 1000) / events;
}
