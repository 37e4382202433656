/** The topics of the event log. Their values are JSON; a version in the name marks an incompatible change. */
export const Topic = {
  status: 'wfm.status.v1',
  contact: 'wfm.contact.v1',
  personnel: 'wfm.personnel.v1',
  deadLetter: 'wfm.dead-letter.v1',
} as const;

/**
 * Where the layouts of the topics' partitions are written down: a topic beside those, where the partitions of a log can be
 * added to.
 */
export const LAYOUT_TOPIC = 'wfm.layout.v1';

export type TopicName = (typeof Topic)[keyof typeof Topic];

/** A topic of the log, or the one of its layouts. */
export type LogTopicName = TopicName | typeof LAYOUT_TOPIC;
