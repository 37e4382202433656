/** The topics of the event log. Their values are JSON; a version in the name marks an incompatible change. */
export const Topic = {
  status: 'wfm.status.v1',
  contact: 'wfm.contact.v1',
  personnel: 'wfm.personnel.v1',
  deadLetter: 'wfm.dead-letter.v1',
} as const;

export type TopicName = (typeof Topic)[keyof typeof Topic];
