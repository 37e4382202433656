const REFUSAL = {
  field: 'stateCode',
  message: 'the parameter stateCode is missing',
  description: 'stateCode is required: add it to the JSON object.',
};

const LETTER_ID = 'wfm.dead-letter.v1-0-17';
const RESEND_ID = '1684c03e-2e3c-4ba0-b6c9-930aed2e4b0b';

const DEAD_LETTER = {
  id: LETTER_ID,
  receivedAt: '2020-01-01T10:15:36.250Z',
  type: 'status',
  reason: 'missing_field',
  ...REFUSAL,
  explanation: {
    wrong: 'The required parameter stateCode is missing, or null.',
    right:
      'stateCode is required: add it to the JSON object. If the platform has no value for it, its connector has to supply one; the service does not guess.',
  },
  systemId: 'External system',
  remoteAddress: '10.0.0.5',
  body: '{"systemId":"External system","workerId":"1"}',
  bodyBytes: 45,
  bodyTruncated: false,
  resendable: true,
  resends: [
    {
      resentAt: '2020-01-01T11:00:00Z',
      resentBy: '10.0.0.7 (curl/8.5.0)',
      corrected: false,
      outcome: 'rejected',
      reason: 'missing_field',
      ...REFUSAL,
    },
  ],
};

const ENTER = {
  actionTime: '2020-01-01T10:10:36Z',
  action: 'enter',
  stateCode: 'Work',
  stateName: 'Contact processing',
  receivedAt: '2020-01-01T10:10:36.250Z',
  delaySeconds: 0.25,
};
const EXIT = {
  ...ENTER,
  actionTime: '2020-01-01T10:15:36Z',
  action: 'exit',
  receivedAt: '2020-01-01T10:15:37Z',
  delaySeconds: 1,
};

/** Example answers of the operators' methods for the API document. */
export const OPS_EXAMPLES = {
  DEAD_LETTER,
  DEAD_LETTERS: {
    deadLetters: [DEAD_LETTER],
    nextCursor: 'WzE1Nzc4NzM3MzYyNTAsIndmbS5kZWFkLWxldHRlci52MS0wLTE3Il0',
  },
  RESEND_ACCEPTED: { id: LETTER_ID, resendId: RESEND_ID, corrected: true, outcome: 'accepted' },
  RESEND_REJECTED: {
    ...REFUSAL,
    id: LETTER_ID,
    resendId: RESEND_ID,
    corrected: false,
    outcome: 'rejected',
    reason: 'missing_field',
  },
  RESEND_TOO_LARGE: {
    field: '',
    message: 'the body is larger than 65536 bytes',
    description: 'Send one event per request, or one per line of a bulk upload.',
    id: LETTER_ID,
    resendId: RESEND_ID,
    corrected: true,
    outcome: 'rejected',
    reason: 'too_large',
  },
  NOT_WRITTEN: {
    field: '',
    message: 'not available',
    description:
      'The event, or the record of this attempt, could not be stored durably. Resend it later; that is harmless in either case.',
  },
  ANOMALIES: {
    anomalies: [
      {
        kind: 'orphan_exit',
        at: '2020-01-01T10:15:36Z',
        meaning:
          'An exit was received for a state that was not open: its enter was lost, or has another time.',
        systemId: 'External system',
        stateCode: 'Work',
        agentId: '1',
        events: [EXIT],
      },
      {
        kind: 'orphan_step',
        at: '2020-01-01T10:03:15Z',
        meaning: 'A step of a contact matches no leg: the step before it was lost.',
        systemId: 'External system',
        contactId: 'c-17',
        action: 'finished',
        agentId: '1',
        groupId: '1',
        events: [
          {
            actionTime: '2020-01-01T10:03:15Z',
            action: 'finished',
            groupId: '1',
            workerId: '1',
            receivedAt: '2020-01-01T10:03:16Z',
            delaySeconds: 1,
          },
        ],
      },
    ],
  },
  TIMELINE: {
    agentId: '1',
    from: '2020-01-01T00:00:00Z',
    to: '2020-01-02T00:00:00Z',
    timelines: [
      {
        systemId: 'External system',
        intervals: [
          {
            start: ENTER.actionTime,
            end: EXIT.actionTime,
            stateCode: 'Work',
            stateName: 'Contact processing',
            endedBy: 'exit',
            inAgentStatusData: true,
            enteredBy: ENTER,
            endingEvents: [EXIT],
          },
        ],
        unpairedExits: [],
      },
    ],
    sessions: [
      {
        systemId: 'External system',
        loginDate: '2020-01-01T10:10:36Z',
        logoutDate: '2020-01-01T10:15:36Z',
        duration: 300_000,
      },
    ],
    legs: [
      {
        systemId: 'External system',
        contactId: 'c-17',
        groupId: '1',
        begin: '2020-01-01T10:11:00Z',
        answered: '2020-01-01T10:11:20Z',
        ended: '2020-01-01T10:15:30Z',
        outcome: 'processed',
        channelType: 'CHATS',
      },
    ],
  },
};
