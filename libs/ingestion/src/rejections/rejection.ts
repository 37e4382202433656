/** The largest body, or line of bulk input, that is accepted as an event. */
export const MAX_BODY_BYTES = 64 * 1024;
/** How much of a larger one is kept with its dead letter. */
export const KEPT_OF_TOO_LARGE_BYTES = 4 * 1024;
/** The longest id, code or name, in characters. */
export const MAX_TEXT_LENGTH = 256;

/** Why a message was not accepted as an event; `docs/dead-letters.md` explains each reason. */
export type RejectionReason =
  | 'malformed'
  | 'missing_field'
  | 'invalid_field'
  | 'repeated_parameter'
  | 'in_future'
  | 'too_old'
  | 'too_large'
  | 'forbidden_system';

/** Why a message becomes a dead letter instead of an event. */
export interface Rejection {
  readonly reason: RejectionReason;
  /** The parameter at fault; empty if there is none. */
  readonly field: string;
  readonly message: string;
  /** How to correct it. */
  readonly description: string;
}

/** Replaces lone surrogates, which UTF-8 cannot encode. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

/** @param message may quote the body, and may cut a surrogate pair in half. */
export const malformed = (message: string): Rejection => ({
  reason: 'malformed',
  field: '',
  message: wellFormed(message),
  description: 'Send one JSON object, encoded in UTF-8, with the parameters of the method.',
});

export const missingField = (field: string): Rejection => ({
  reason: 'missing_field',
  field,
  message: `the parameter ${field} is missing`,
  description: `${field} is required: add it to the JSON object.`,
});

export const repeatedParameter = (field: string): Rejection => ({
  reason: 'repeated_parameter',
  field,
  message: `the parameter ${field} occurs more than once`,
  description: `Send ${field} only once: the service cannot know which value is meant.`,
});

export const invalidField = (field: string, problem: string): Rejection => ({
  reason: 'invalid_field',
  field,
  message: `the parameter ${field} ${problem}`,
  description: EXPECTED[field.replace(/\[\d+\]/g, '[]')] ?? TEXT_EXPECTED,
});

export const inFuture = (aheadSeconds: number, maxSeconds: number): Rejection => ({
  reason: 'in_future',
  field: 'actionTime',
  message: `actionTime is ${Math.ceil(aheadSeconds)} seconds ahead of the receiver's clock`,
  description: `At most ${maxSeconds} seconds are accepted. Check the sender's clock, and that actionTime is in seconds or milliseconds since the Unix epoch.`,
});

export const tooOld = (retentionDays: number): Rejection => ({
  reason: 'too_old',
  field: 'actionTime',
  message: `actionTime is more than ${retentionDays} days ago`,
  description: `Events are kept for ${retentionDays} days. Check that actionTime is in seconds or milliseconds since the Unix epoch.`,
});

export const tooLargeRejection: Rejection = {
  reason: 'too_large',
  field: '',
  message: `the body is larger than ${MAX_BODY_BYTES} bytes`,
  description: 'Send one event per request, or one per line of a bulk upload.',
};

/** The event is valid, but its key is not for its system. */
export const forbiddenSystemRejection: Rejection = {
  reason: 'forbidden_system',
  field: 'systemId',
  message: 'the key is not valid for this system',
  description: 'Send events of this system with a key that is valid for it.',
};

const TEXT_EXPECTED = `Send a string of 1 to ${MAX_TEXT_LENGTH} characters without control characters.`;

const OPTIONAL_TEXT_EXPECTED = `Send a string of at most ${MAX_TEXT_LENGTH} characters without control characters.`;

const OBJECTS_EXPECTED = 'Send a list of objects.';

const EXPECTED: Readonly<Record<string, string>> = {
  actionTime: 'Send the time of the change as an integer: seconds or milliseconds since the Unix epoch.',
  action: 'Send 1 if the state is entered, 0 if it is left.',
  stateName: OPTIONAL_TEXT_EXPECTED,
  services: OBJECTS_EXPECTED,
  'services[].name': OPTIONAL_TEXT_EXPECTED,
  'services[].status': 'Send ACTIVE or INACTIVE.',
  'services[].serviceGroups': OBJECTS_EXPECTED,
  'services[].serviceGroups[].name': OPTIONAL_TEXT_EXPECTED,
  'services[].serviceGroups[].status': 'Send ACTIVE or INACTIVE.',
  'services[].serviceGroups[].channelType':
    'Send CHATS, MAILS, INCOMING_CALLS or OUTGOING_CALLS, or leave it out.',
  agents: OBJECTS_EXPECTED,
  'agents[].name': OPTIONAL_TEXT_EXPECTED,
  'agents[].surname': OPTIONAL_TEXT_EXPECTED,
  'agents[].secondName': OPTIONAL_TEXT_EXPECTED,
  'agents[].agentNumber': OPTIONAL_TEXT_EXPECTED,
  'agents[].loginSSO': 'Send a login as a string, or several as a list of strings.',
  'agents[].agentGroups': 'Send a list of objects with a groupId each.',
};
