import { ApiProperty } from '@nestjs/swagger';

/** An explanation of a dead letter in plain words. */
export class LetterExplanation {
  @ApiProperty({
    description: 'What was wrong, with the values of the body.',
    example: 'The required parameter stateCode is missing, or null.',
  })
  wrong!: string;

  @ApiProperty({
    description: 'How to correct it, and where to look.',
    example: 'stateCode is required: add it to the JSON object.',
  })
  right!: string;
}

/** Where a body stops being valid JSON. */
export class LetterPosition {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The line, counted from 1.', example: 1 })
  line!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The column, counted from 1 in UTF-16 units.',
    example: 18,
  })
  column!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'The offset in the body, counted from 0 in UTF-16 units.',
    example: 17,
  })
  offset!: number;
}

/** An attempt to resend a dead letter. */
export class LetterResend {
  @ApiProperty({ format: 'date-time', description: 'When it was resent.', example: '2020-01-01T11:00:00Z' })
  resentAt!: string;

  @ApiProperty({
    description: 'Who resent it: the name of the key, the address and the user agent, as far as known.',
    example: '10.0.0.7 (curl/8.5.0)',
  })
  resentBy!: string;

  @ApiProperty({ description: 'Whether another body was sent than that of the dead letter.', example: false })
  corrected!: boolean;

  @ApiProperty({
    enum: ['accepted', 'rejected'],
    description: 'Whether it became an event.',
    example: 'rejected',
  })
  outcome!: string;

  @ApiProperty({
    required: false,
    description: 'Why it was rejected: one of the reasons of dead letters.',
    example: 'missing_field',
  })
  reason?: string;

  @ApiProperty({
    required: false,
    description: 'The parameter at fault, if it was rejected; empty if there is none.',
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
    description: 'How to correct it, if it was rejected.',
    example: 'stateCode is required: add it to the JSON object.',
  })
  description?: string;
}

/** A post that was rejected, or a record that could not be read or projected; see `docs/semantics.md` 7. */
export class DeadLetterAnswer {
  @ApiProperty({ description: 'The id of the dead letter.', example: 'wfm.dead-letter.v1-0-17' })
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
    description: 'Why it was rejected; docs/dead-letters.md explains each reason.',
    example: 'missing_field',
  })
  reason!: string;

  @ApiProperty({ description: 'The parameter at fault; empty if there is none.', example: 'stateCode' })
  field!: string;

  @ApiProperty({ description: 'What is wrong.', example: 'the parameter stateCode is missing' })
  message!: string;

  @ApiProperty({
    description: 'How to correct it.',
    example: 'stateCode is required: add it to the JSON object.',
  })
  description!: string;

  @ApiProperty({ type: () => LetterExplanation, description: 'Both in plain words.' })
  explanation!: LetterExplanation;

  @ApiProperty({
    description: 'The sending system; empty if it could not be read.',
    example: 'External system',
  })
  systemId!: string;

  @ApiProperty({ description: 'The address of the sender.', example: '10.0.0.5' })
  remoteAddress!: string;

  @ApiProperty({
    required: false,
    description: 'The body as received, if it is UTF-8; at most its first 64 KiB.',
    example: '{"systemId":"External system","workerId":"1"}',
  })
  body?: string;

  @ApiProperty({
    required: false,
    format: 'byte',
    description:
      'The body in base64, if it is not UTF-8; at most its first 64 KiB. Either this or `body` is present.',
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
    description: 'Where the body stops being valid JSON, if a parser reports that.',
  })
  position?: LetterPosition;

  @ApiProperty({ description: 'Whether it can be resent unchanged.', example: true })
  resendable!: boolean;

  @ApiProperty({
    type: () => [LetterResend],
    description: 'The latest 20 attempts to resend it, latest first.',
  })
  resends!: LetterResend[];
}

/** A page of dead letters. */
export class DeadLettersAnswer {
  @ApiProperty({ type: () => [DeadLetterAnswer], description: 'The dead letters, newest first.' })
  deadLetters!: DeadLetterAnswer[];

  @ApiProperty({
    required: false,
    description: 'The `cursor` of the next page, to be sent with the same filters; absent on the last page.',
    example: 'WzE1Nzc4NzM3MzYyNTAsIndmbS5kZWFkLWxldHRlci52MS0wLTE3Il0',
  })
  nextCursor?: string;
}
