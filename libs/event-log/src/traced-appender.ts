import type { Tracing } from '#telemetry';
import type { EventAppender } from './event-appender.js';

/**
 * An appender whose appends are spans and whose records carry the context of their span, so that readers know which
 * trace they belong to. Without tracing, `appender` itself.
 */
export function withTracing(appender: EventAppender, tracing: Tracing | undefined): EventAppender {
  if (tracing === undefined) return appender;
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
          return appender.append(
            topic,
            headers === undefined ? records : records.map((record) => ({ headers, ...record })),
          );
        },
      ),
  };
}
