import { ApiProperty } from '@nestjs/swagger';
import { ApiErrorAnswer } from '#edge';

const COUNT = { type: 'integer', minimum: 0 } as const;

/** A line that was not accepted. */
export class RejectedLine extends ApiErrorAnswer {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The number of the line, from 1 on.',
    example: 17,
  })
  line!: number;

  @ApiProperty({ description: 'Why, out of the reasons of dead letters.', example: 'in_future' })
  reason!: string;
}

/** What became of the lines of an upload; see `docs/semantics.md` 6. */
export class UploadAnswer {
  @ApiProperty({ ...COUNT, description: 'Lines that are not empty.', example: 1000 })
  received!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, events.', example: 999 })
  accepted!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, dead letters.', example: 1 })
  deadLettered!: number;

  @ApiProperty({ type: () => [RejectedLine], description: 'The first 100 lines that were not accepted.' })
  rejections!: RejectedLine[];
}

/** What is surely durable of an upload that broke off. */
export class UploadUnavailableAnswer extends ApiErrorAnswer {
  @ApiProperty({ ...COUNT, description: 'Lines that arrived.', example: 2000 })
  received!: number;

  @ApiProperty({ ...COUNT, description: 'Lines that are surely durable as events.', example: 1000 })
  accepted!: number;

  @ApiProperty({ ...COUNT, description: 'Lines that are surely durable as dead letters.', example: 0 })
  deadLettered!: number;
}

const REFUSED_LINE: RejectedLine = {
  line: 17,
  reason: 'missing_field',
  field: 'actionTime',
  message: 'the parameter actionTime is missing',
  description: 'actionTime is required: add it to the JSON object.',
};

/** Answers to uploads, for the API document. */
export const UPLOAD_EXAMPLES = {
  TAKEN: { received: 1000, accepted: 999, deadLettered: 1, rejections: [REFUSED_LINE] },
  UNAVAILABLE: {
    field: '',
    message: 'not available',
    description:
      'Not all lines could be written durably; the counts are of those that were. Send everything again later: what was kept is known then.',
    received: 2000,
    accepted: 1000,
    deadLettered: 0,
  },
} as const satisfies { TAKEN: unknown; UNAVAILABLE: UploadUnavailableAnswer };
