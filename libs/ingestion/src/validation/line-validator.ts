import type { DeadLetter, NewRecord, TopicName } from '#event-log';
import { CONTACT_MESSAGE } from '../messages/contact-message.js';
import { systemIdOf, systemOfDeadLetter, type EventValidator } from './event-validator.js';
import type { MessageKind } from '../messages/message-kind.js';
import type { RawBody } from '../parsing/raw-body.js';
import type { Rejection } from '../rejections/rejection.js';
import { compileSchema } from './schema-compiler.js';
import { STATUS_MESSAGE } from '../messages/status-message.js';
import { openSubmission, type OpenSubmission } from '../parsing/submission.js';

/** The event that a line becomes, or the reason why it is rejected. */
export type ValidationResult =
  | {
      readonly type: DeadLetter['type'];
      readonly topic: TopicName;
      readonly record: NewRecord;
      readonly systemId: string;
    }
  | { readonly type: DeadLetter['type']; readonly rejection: Rejection; readonly systemId: string };

/** The systems that the sender may use; all if `undefined`. */
type Permitted = readonly string[] | undefined;

type ValidateKind = (submission: OpenSubmission, permitted: Permitted) => ValidationResult;

/** Validates lines of bulk input as if each were the body of a single post. */
export class LineValidator {
  private readonly status: ValidateKind;
  private readonly contact: ValidateKind;

  /** @param now the receiver's clock, in milliseconds since the Unix epoch. */
  constructor(validator: EventValidator, now: () => number) {
    this.status = validatorOfKind(STATUS_MESSAGE, validator, now);
    this.contact = validatorOfKind(CONTACT_MESSAGE, validator, now);
  }

  /** A line with a `contactId` is a contact event, any other a status event. */
  validate(line: RawBody, permitted?: Permitted): ValidationResult {
    const submission = openSubmission(line);
    if ('rejection' in submission) {
      const systemId = systemOfDeadLetter({}, permitted);
      return { type: 'status', rejection: submission.rejection, systemId };
    }
    const isContact = (submission.object['contactId'] ?? null) !== null;
    return isContact ? this.contact(submission, permitted) : this.status(submission, permitted);
  }

  /** Validates a body as a post of the given type. */
  validateAs(type: 'status' | 'contact', body: RawBody, permitted: Permitted): ValidationResult {
    const submission = openSubmission(body);
    if ('rejection' in submission) return { type, rejection: submission.rejection, systemId: '' };
    return this[type](submission, permitted);
  }
}

function validatorOfKind<Dto>(
  kind: MessageKind<Dto>,
  validator: EventValidator,
  now: () => number,
): ValidateKind {
  const faultIn = compileSchema(kind.schema);
  const { type, topic } = kind;
  return (submission, permitted) => {
    const reading = kind.reader.readParameters(submission);
    const { parameters } = reading;
    const rejection = validator.rejectionOf(kind, reading, faultIn(parameters), permitted);
    if (rejection !== undefined)
      return { type, rejection, systemId: systemOfDeadLetter(parameters, permitted) };
    return { type, topic, record: kind.encode(parameters as Dto, now()), systemId: systemIdOf(parameters) };
  };
}
