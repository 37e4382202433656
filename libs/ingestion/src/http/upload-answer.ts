import { ApiProperty } from '@nestjs/swagger';
import { ApiErrorAnswer } from '#edge';

const COUNT = { type: 'integer', minimum: 0 } as const;

/** A line that was rejected. */
export class RejectedLine extends ApiErrorAnswer {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The number of the line, counted from 1.',
    example: 17,
  })
  line!: number;

  @ApiProperty({
    description: 'Why it was rejected: one of the reasons of dead letters.',
    example: 'in_future',
  })
  reason!: string;
}

/** The outcome of an upload; see `docs/semantics.md` 6. */
export class UploadAnswer {
  @ApiProperty({ ...COUNT, description: 'Number of non-empty lines.', example: 1000 })
  received!: number;

  @ApiProperty({ ...COUNT, description: 'How many of them were stored as events.', example: 999 })
  accepted!: number;

  @ApiProperty({ ...COUNT, description: 'How many of them were stored as dead letters.', example: 1 })
  deadLettered!: number;

  @ApiProperty({ type: () => [RejectedLine], description: 'The first 100 lines that were rejected.' })
  rejections!: RejectedLine[];
}

/** What is known to be durable of an upload that failed. */
export class UploadUnavailableAnswer extends ApiErrorAnswer {
  @ApiProperty({ ...COUNT, description: 'Number of lines that arrived.', example: 2000 })
  received!: number;

  @ApiProperty({ ...COUNT, description: 'Lines that are known to be stored as events.', example: 1000 })
  accepted!: number;

  @ApiProperty({ ...COUNT, description: 'Lines that are known to be stored as dead letters.', example: 0 })
  deadLettered!: number;
}

const REJECTED_LINE: RejectedLine = {
  line: 17,
  reason: 'missing_field',
  field: 'actionTime',
  message: 'the parameter actionTime is missing',
  description: 'actionTime is required: add it to the JSON object.',
};

/** Answers to uploads, for the API document. */
export const UPLOAD_EXAMPLES = {
  ACCEPTED: { received: 1000, accepted: 999, deadLettered: 1, rejections: [REJECTED_LINE] },
  UNAVAILABLE: {
    field: '',
    message: 'not available',
    description:
      'Some lines could not be stored durably; the counts are of those that were. Send everything again later: repeated events are recognized.',
    received: 2000,
    accepted: 1000,
    deadLettered: 0,
  },
} as const satisfies { ACCEPTED: unknown; UNAVAILABLE: UploadUnavailableAnswer };
