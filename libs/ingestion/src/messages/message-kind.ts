import type { DeadLetter, NewRecord, TopicName } from '#event-log';
import type { BodySchema } from '../parsing/body-schema.js';
import type { Rejection } from '../rejections/rejection.js';
import type { SubmissionReader } from '../parsing/submission.js';

/** Everything that differs between the kinds of fire-and-forget messages. */
export interface MessageKind<Dto> {
  readonly type: DeadLetter['type'];
  readonly topic: TopicName;
  /** The constraints on single parameters. */
  readonly schema: BodySchema;
  /** Reads the parameters from a body, before the schema validates them. */
  readonly reader: SubmissionReader;
  /** The time of the event, in milliseconds since the Unix epoch. */
  timeOf(dto: Dto): number;
  encode(dto: Dto, receivedAt: number): NewRecord;
  /** A constraint that spans several parameters. */
  check?(dto: Dto): Rejection | undefined;
}
