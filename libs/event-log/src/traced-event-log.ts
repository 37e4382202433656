import type { Tracing } from '#telemetry';
import type { EventLog } from './event-log.js';

/**
 * A log whose appends are spans, with records that carry the context of theirs: what reads them can tell which trace
 * they belong to. Without tracing, the log as it is.
 */
export function withTracing(log: EventLog, tracing: Tracing | undefined): EventLog {
  if (tracing === undefined) return log;
  return {
    append: (topic, records) =>
      tracing.inSpan(
        `append ${topic}`,
        {
          kind: 'producer',
          attributes: {
            'messaging.destination.name': topic,
            'messaging.operation.type': 'send',
            'messaging.batch.message_count': records.length,
          },
        },
        () => {
          const headers = tracing.headers();
          return log.append(
            topic,
            headers === undefined ? records : records.map((record) => ({ headers, ...record })),
          );
        },
      ),
    read: (...from) => log.read(...from),
    offsets: (topic) => log.offsets(topic),
    identity: (topic) => log.identity(topic),
    join: (group, topic) => log.join(group, topic),
    layout: (topic) => log.layout(topic),
    partitionOf: (key, partitions) => log.partitionOf(key, partitions),
    members: (group, topic) => log.members(group, topic),
    ping: () => log.ping(),
    close: () => log.close(),
  };
}
