import type { DeadLetter, NewRecord, TopicName } from '#event-log';
import type { BodySchema } from '../parsing/body-schema.js';
import type { Rejection } from '../rejections/rejection.js';
import type { SubmissionReader } from '../parsing/submission.js';

/** What tells one kind of fire-and-forget message from another. */
export interface MessageKind<Dto> {
  readonly type: DeadLetter['type'];
  readonly topic: TopicName;
  /** What its parameters have to be like, each by itself. */
  readonly schema: BodySchema;
  /** Reads them from a body, for the schema to judge. */
  readonly reader: SubmissionReader;
  /** The time of what is reported, in milliseconds since the Unix epoch. */
  timeOf(dto: Dto): number;
  encode(dto: Dto, receivedAt: number): NewRecord;
  /** A rule that spans several parameters. */
  check?(dto: Dto): Rejection | undefined;
}
