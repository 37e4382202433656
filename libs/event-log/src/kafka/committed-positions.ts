import type { Admin } from 'kafkajs';
import type { GroupPosition } from '../consumer-groups.js';
import { patiently } from './patiently.js';
import { unavailable } from './unavailable.js';

/**
 * A group's committed positions in all partitions of a topic that the client knows of.
 *
 * @param group @param topic their names on the cluster.
 */
export async function committedPositions(
  admin: Admin,
  group: string,
  topic: string,
): Promise<readonly GroupPosition[]> {
  const asked = patiently(() => admin.fetchOffsets({ groupId: group, topics: [topic] }));
  const [found] = await asked.catch((cause: unknown) => {
    throw unavailable(cause, 'the positions of the group cannot be read');
  });
  return found!.partitions.map(({ partition, offset, metadata }) => ({
    partition,
    offset: Math.max(0, Number(offset)),
    metadata: Number(offset) < 0 ? '' : (metadata ?? ''),
  }));
}
