import { checkLayoutStable, type GroupConsumer, type TopicLayout } from '#event-log';
import { PROJECTOR_GROUP, type ProjectorParts } from '../runner/projector-parts.js';

type LayoutParts = Pick<ProjectorParts, 'log' | 'topic' | 'growthRun'>;

/**
 * Joins the projectors' group. The layout is read once more after that, as it is whenever partitions move: a run that adds
 * partitions announces itself before it looks for members, so one of the two sees the other.
 *
 * @throws UnstableLayoutError while partitions are being added; the group then has no member more.
 */
export async function joinGroup(parts: LayoutParts): Promise<GroupConsumer> {
  await readLayout(parts);
  const consumer = await parts.log.join(PROJECTOR_GROUP, parts.topic);
  try {
    await readLayout(parts);
    return consumer;
  } catch (error) {
    await consumer.close();
    throw error;
  }
}

/** @throws UnstableLayoutError while partitions are being added, unless the projector works for that run. */
export async function readLayout({ log, topic, growthRun }: LayoutParts): Promise<TopicLayout> {
  const layout = await log.layout(topic);
  checkLayoutStable(topic, layout, growthRun);
  return layout;
}
