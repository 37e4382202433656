import { eventually } from '../../support/http/service-client.js';
import { cpuMs } from '../measuring/cpu-time.js';
import { projectedBy, type KafkaDeployment } from './kafka-deployment.js';
import type { Service } from '../owned.js';

const WITHIN_MS = 600_000;

/** The cost of projecting records that were in the log before the projector started. */
export interface Drain {
  /** Events after the first batch. */
  readonly events: number;
  readonly seconds: number;
  /** Processor time in milliseconds. */
  readonly cpuMs: Readonly<Record<'projector' | 'store' | 'broker', number>>;
}

/**
 * Waits until a projector that has just started has projected `records` records. @returns the cost after its first
 * batch.
 */
export async function drain(
  deployment: KafkaDeployment,
  projector: Service,
  type: 'status' | 'contact',
  records: number,
): Promise<Drain> {
  await eventually(async () => (await projectedBy(projector, type)) > 0, WITHIN_MS);
  const broker = deployment.kafka.nodes[0]?.pid;
  const taken = () => ({
    projector: cpuMs(projector.pid),
    store: cpuMs(deployment.store.pid),
    broker: broker === undefined ? NaN : cpuMs(broker),
  });
  const [first, before, startedAt] = [await projectedBy(projector, type), taken(), performance.now()];
  await eventually(async () => (await projectedBy(projector, type)) >= records, WITHIN_MS);
  const [seconds, after] = [(performance.now() - startedAt) / 1000, taken()];
  return {
    events: records - first,
    seconds,
    cpuMs: {
      projector: after.projector - before.projector,
      store: after.store - before.store,
      broker: after.broker - before.broker,
    },
  };
}
