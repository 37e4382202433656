/** The topics of the event log. Their values are JSON. The version in the name increases with incompatible changes. */
export const Topic = {
  status: 'wfm.status.v1',
  contact: 'wfm.contact.v1',
  personnel: 'wfm.personnel.v1',
  deadLetter: 'wfm.dead-letter.v1',
} as const;

/**
 * An additional topic that records the layouts of the topics' partitions, in logs that can get more of them.
 */
export const LAYOUT_TOPIC = 'wfm.layout.v1';

export type TopicName = (typeof Topic)[keyof typeof Topic];

/** A topic of the log, or that of its layouts. */
export type LogTopicName = TopicName | typeof LAYOUT_TOPIC;
