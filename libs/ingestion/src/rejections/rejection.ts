/** The largest body, or line of bulk input, that is read as an event. */
export const MAX_BODY_BYTES = 64 * 1024;
/** Of a larger one, this much is kept with its dead letter. */
export const KEPT_OF_TOO_LARGE_BYTES = 4 * 1024;
/** The longest id, code or name, in characters. */
export const MAX_TEXT_LENGTH = 256;

/** Why a request could not be accepted as an event; `docs/dead-letters.md` explains each. */
export type RejectionReason =
  | 'malformed'
  | 'missing_field'
  | 'invalid_field'
  | 'repeated_parameter'
  | 'in_future'
  | 'too_old'
  | 'too_large'
  | 'forbidden_system';

/** A request that becomes a dead letter instead of an event. */
export interface Rejection {
  readonly reason: RejectionReason;
  /** The parameter at fault, or empty. */
  readonly field: string;
  readonly message: string;
  /** What would be right. */
  readonly description: string;
}

/** Halves of surrogate pairs have no UTF-8, so nothing that is kept may have any. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

/** @param message may quote the body, and may cut it within a surrogate pair. */
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
  message: `the parameter ${field} is given more than once`,
  description: `Send ${field} only once: which of its values is meant cannot be known.`,
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
  description: 'Send one event in each request, or one in each line of a bulk upload.',
};

/** Of an event that is right but for the key that it came with. */
export const forbiddenSystemRejection: Rejection = {
  reason: 'forbidden_system',
  field: 'systemId',
  message: 'the key may not speak for this system',
  description: 'Send events of this system with a key that may speak for it.',
};

const TEXT_EXPECTED = `Send a string of 1 to ${MAX_TEXT_LENGTH} characters without control characters.`;

const OPTIONAL_TEXT_EXPECTED = `Send a string of at most ${MAX_TEXT_LENGTH} characters without control characters.`;

const OBJECTS_EXPECTED = 'Send a list of objects.';

const EXPECTED: Readonly<Record<string, string>> = {
  actionTime: 'Send the time of the change as an integer: seconds or milliseconds since the Unix epoch.',
  action: 'Send 1 when the state is entered, 0 when it is left.',
  stateName: OPTIONAL_TEXT_EXPECTED,
  services: OBJECTS_EXPECTED,
  'services[].name': OPTIONAL_TEXT_EXPECTED,
  'services[].status': 'Send ACTIVE or INACTIVE.',
  'services[].serviceGroups': OBJECTS_EXPECTED,
  'services[].serviceGroups[].name': OPTIONAL_TEXT_EXPECTED,
  'services[].serviceGroups[].status': 'Send ACTIVE or INACTIVE.',
  'services[].serviceGroups[].channelType':
    'Send CHATS, MAILS, INCOMING_CALLS or OUTGOING_CALLS, or nothing.',
  agents: OBJECTS_EXPECTED,
  'agents[].name': OPTIONAL_TEXT_EXPECTED,
  'agents[].surname': OPTIONAL_TEXT_EXPECTED,
  'agents[].secondName': OPTIONAL_TEXT_EXPECTED,
  'agents[].agentNumber': OPTIONAL_TEXT_EXPECTED,
  'agents[].loginSSO': 'Send a login as a string, or several as a list of strings.',
  'agents[].agentGroups': 'Send a list of objects with a groupId each.',
};
