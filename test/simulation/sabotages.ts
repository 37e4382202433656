import type { TopicName } from '#event-log';
import { NO_CHANGES, type ProjectedPosition, type ProjectionStore } from '#store';
import { PROJECTOR_GROUP } from '#projection';
import type { ProjectorSurroundings, Sabotage } from './sabotage.js';

type Positions = readonly ProjectedPosition[];

/** A store that reports other positions. */
function withPositions(
  change: (positions: Positions, topic: TopicName, around: ProjectorSurroundings) => Positions,
): Required<Pick<Sabotage, 'storeOfProjector'>> {
  return {
    storeOfProjector: (store, around) =>
      changed(store, {
        positions: async (topic) => change(await store.positions(topic), topic as TopicName, around),
      }),
  };
}

function changed(store: ProjectionStore, changes: Partial<ProjectionStore>): ProjectionStore {
  return Object.assign(Object.create(store) as ProjectionStore, changes);
}

/** The faults that the simulation must find, each once its fix is taken out. */
export const SABOTAGES: readonly (Sabotage & { readonly shows: RegExp })[] = [
  {
    name: "a projector that continues from its group's commit instead of the store's position",
    shows: /missing|is not refused/,
    ...withPositions((_, topic, { simulatedLog, rules }) =>
      simulatedLog.extents(topic).map(({ partition, end }) => {
        const { offset, metadata } = simulatedLog.committed(PROJECTOR_GROUP, topic, partition);
        const logId = simulatedLog.identity(topic);
        return { topic, partition, logId, offset: Math.min(offset, end), metadata, lastRecord: '', rules };
      }),
    ),
  },
  {
    name: 'a projector that does not check whether the store was made from this log',
    shows: /is not refused/,
    ...withPositions((positions, topic, { simulatedLog }) =>
      positions.map((position) => ({
        ...position,
        logId: simulatedLog.identity(topic),
        offset: Math.min(position.offset, simulatedLog.end(topic, position.partition)),
        lastRecord: '',
      })),
    ),
  },
  {
    name: 'a projector that does not compare the last projected record with the log',
    shows: /is not refused/,
    ...withPositions((positions) => positions.map((position) => ({ ...position, lastRecord: '' }))),
  },
  {
    name: 'a projector that accepts a store ahead of its log',
    shows: /is not refused/,
    // Begun writes are a second guard for the same records.
    storeOfProjector: (store, { simulatedLog }) =>
      changed(store, {
        positions: async (topic) =>
          (await store.positions(topic)).map((position) => {
            const end = simulatedLog.end(topic as TopicName, position.partition);
            return position.offset <= end ? position : { ...position, offset: end, lastRecord: '' };
          }),
        begunWrites: () => Promise.resolve([]),
      }),
  },
  {
    name: 'a projector that accepts a store made by other rules',
    shows: /is not refused/,
    ...withPositions((positions, _, { rules }) => positions.map((position) => ({ ...position, rules }))),
  },
  {
    name: 'a store that writes its position before the rows',
    shows: /missing|not in the ledger/,
    storeOfProjector: (store) =>
      changed(store, {
        write: async (changes) => {
          await store.write({ ...NO_CHANGES, positions: changes.positions });
          await store.write({ ...changes, positions: [] });
        },
      }),
  },
  {
    name: 'a projector that measures its pauses by the wall clock',
    shows: /does not converge/,
    stopwatch: (clock) => clock.now,
  },
  {
    name: 'a store that does not report that it refuses the value of a record',
    shows: /does not converge: .*stuck/,
    storeOfProjector: (store) =>
      changed(store, {
        write: async (changes) => {
          await store.write(changes).catch(() => {
            throw new Error('the insert failed');
          });
        },
      }),
  },
  {
    name: 'disks that acknowledge what they have not flushed',
    shows: /acknowledged and not in the log|is not refused/,
    disksLie: true,
  },
  {
    name: 'a retention that trusts the clock, whatever it shows',
    shows: /removed before its time/,
    retentionTrustsClock: true,
  },
];
