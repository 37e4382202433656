import { ApiProperty } from '@nestjs/swagger';

/** Plain words on a dead letter, for people. */
export class LetterExplanation {
  @ApiProperty({
    description: 'What was wrong, with the values of the body.',
    example: 'The required parameter stateCode is missing, or null.',
  })
  wrong!: string;

  @ApiProperty({
    description: 'What would be right, and where to look.',
    example: 'stateCode is required: add it to the JSON object.',
  })
  right!: string;
}

/** Where a body stops being JSON. */
export class LetterPosition {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The line, from 1 on.', example: 1 })
  line!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The place in that line, from 1 on, in UTF-16 units.',
    example: 18,
  })
  column!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'The place in the body, from 0 on, in UTF-16 units.',
    example: 17,
  })
  offset!: number;
}

/** An attempt to send a dead letter again. */
export class LetterResend {
  @ApiProperty({ format: 'date-time', description: 'When.', example: '2020-01-01T11:00:00Z' })
  resentAt!: string;

  @ApiProperty({
    description:
      'Who or what: the name of the key, the address and the user agent, as far as they are known.',
    example: '10.0.0.7 (curl/8.5.0)',
  })
  resentBy!: string;

  @ApiProperty({ description: 'Whether with another body than it came with.', example: false })
  corrected!: boolean;

  @ApiProperty({
    enum: ['accepted', 'rejected'],
    description: 'Whether it became an event.',
    example: 'rejected',
  })
  outcome!: string;

  @ApiProperty({
    required: false,
    description: 'Why it was rejected, out of the reasons of dead letters.',
    example: 'missing_field',
  })
  reason?: string;

  @ApiProperty({
    required: false,
    description: 'The parameter at fault, if it was rejected; empty where there is none.',
    example: 'stateCode',
  })
  field?: string;

  @ApiProperty({
    required: false,
    description: 'What was wrong, if it was rejected.',
    example: 'the parameter stateCode is missing',
  })
  message?: string;

  @ApiProperty({
    required: false,
    description: 'What would have been right, if it was rejected.',
    example: 'stateCode is required: add it to the JSON object.',
  })
  description?: string;
}

/** A post that was not accepted as an event, or a record that could not be read; see `docs/semantics.md` 7. */
export class DeadLetterAnswer {
  @ApiProperty({ description: 'The letter.', example: 'wfm.dead-letter.v1-0-17' })
  id!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When it was received.',
    example: '2020-01-01T10:15:36.250Z',
  })
  receivedAt!: string;

  @ApiProperty({
    description: 'What it was meant to be: `status`, `contact`, `personnel` or `unknown`.',
    example: 'status',
  })
  type!: string;

  @ApiProperty({
    description: 'Why it was not accepted; docs/dead-letters.md explains each reason.',
    example: 'missing_field',
  })
  reason!: string;

  @ApiProperty({ description: 'The parameter at fault; empty where there is none.', example: 'stateCode' })
  field!: string;

  @ApiProperty({ description: 'What is wrong.', example: 'the parameter stateCode is missing' })
  message!: string;

  @ApiProperty({
    description: 'What would be right.',
    example: 'stateCode is required: add it to the JSON object.',
  })
  description!: string;

  @ApiProperty({ type: () => LetterExplanation, description: 'Both in plain words, for people.' })
  explanation!: LetterExplanation;

  @ApiProperty({
    description: 'The sending system; empty where it could not be read.',
    example: 'External system',
  })
  systemId!: string;

  @ApiProperty({ description: 'The address that it came from.', example: '10.0.0.5' })
  remoteAddress!: string;

  @ApiProperty({
    required: false,
    description: 'The body as it came, if it is UTF-8; its first 64 KiB.',
    example: '{"systemId":"External system","workerId":"1"}',
  })
  body?: string;

  @ApiProperty({
    required: false,
    format: 'byte',
    description: 'The body in base64, if it is not UTF-8; its first 64 KiB. Either this or `body` is there.',
    example: 'eyL/In0=',
  })
  bodyBase64?: string;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    minimum: 0,
    description: 'The size of the whole body, in bytes.',
    example: 45,
  })
  bodyBytes!: number;

  @ApiProperty({ description: 'Whether only the beginning of the body is shown.', example: false })
  bodyTruncated!: boolean;

  @ApiProperty({
    type: () => LetterPosition,
    required: false,
    description: 'Where a body that is not JSON stops being so, where a parser can tell.',
  })
  position?: LetterPosition;

  @ApiProperty({ description: 'Whether it can be resent as it came.', example: true })
  resendable!: boolean;

  @ApiProperty({
    type: () => [LetterResend],
    description: 'The latest 20 attempts to send it again, latest first.',
  })
  resends!: LetterResend[];
}

/** A page of dead letters. */
export class DeadLettersAnswer {
  @ApiProperty({ type: () => [DeadLetterAnswer], description: 'The letters, newest first.' })
  deadLetters!: DeadLetterAnswer[];

  @ApiProperty({
    required: false,
    description: 'Where there are more: what to send as `cursor`, with the same filters, for the next page.',
    example: 'WzE1Nzc4NzM3MzYyNTAsIndmbS5kZWFkLWxldHRlci52MS0wLTE3Il0',
  })
  nextCursor?: string;
}
