import type { TopicName } from '#event-log';
import { NO_CHANGES, type ProjectedPosition, type ProjectionStore } from '#store';
import { PROJECTOR_GROUP } from '#projection';
import type { ProjectorSurroundings, Sabotage } from './sabotage.js';

type Positions = readonly ProjectedPosition[];

/** The store with another answer to where it is. */
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

/** Every fault that the simulation has to find once its fix is gone. */
export const SABOTAGES: readonly (Sabotage & { readonly shows: RegExp })[] = [
  {
    name: 'a projector that goes on from what its group has committed, whatever the store has',
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
    name: 'a projector that does not compare whether the store is of this log',
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
    name: 'a projector that does not compare the last record that the store has with that of the log',
    shows: /is not refused/,
    ...withPositions((positions) => positions.map((position) => ({ ...position, lastRecord: '' }))),
  },
  {
    name: 'a projector that does not mind a store ahead of its log',
    shows: /is not refused/,
    // Begun writes are the second guard: they name the same records.
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
    name: 'a projector that does not mind by which rules the store was made',
    shows: /is not refused/,
    ...withPositions((positions, _, { rules }) => positions.map((position) => ({ ...position, rules }))),
  },
  {
    name: 'a store that notes where it is before it has the rows',
    shows: /missing|no receipt/,
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
    shows: /does not settle/,
    stopwatch: (clock) => clock.now,
  },
  {
    name: 'a store that does not say that it is the value of a record that it refuses',
    shows: /does not settle: .*stuck/,
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
    name: 'disks of a log and a spool that acknowledge what they have not flushed',
    shows: /acknowledged and not in the log|is not refused/,
    disksLie: true,
  },
  {
    name: 'a retention that trusts the clock, whatever it shows',
    shows: /removed before its time/,
    retentionTrustsClock: true,
  },
];
