import type { ConsumerGroups } from './consumer-groups.js';
import type { EventAppender } from './event-appender.js';
import type { EventReader } from './event-reader.js';
import type { LogLifecycle } from './log-lifecycle.js';

/**
 * A whole log: the durable, ordered, partitioned record of everything that was reported. Code that uses a log takes the
 * narrowest of these ports that it needs.
 *
 * Implementers guarantee what each of the ports does and, beyond that, **order of appends**: records with the same key
 * are read and delivered in the order in which their appends were called. `eventLogContract` checks all of it.
 */
export interface EventLog extends EventAppender, EventReader, ConsumerGroups, LogLifecycle {}
