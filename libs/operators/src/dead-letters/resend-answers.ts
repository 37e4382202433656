import { ApiProperty } from '@nestjs/swagger';
import { ApiErrorAnswer } from '#edge';

const LETTER = { description: 'The id of the dead letter.', example: 'wfm.dead-letter.v1-0-17' } as const;
const RESEND = {
  format: 'uuid',
  description: 'The id of this attempt.',
  example: '1684c03e-2e3c-4ba0-b6c9-930aed2e4b0b',
} as const;
const CORRECTED = {
  description: 'Whether another body was sent than that of the dead letter.',
  example: true,
} as const;

/** A dead letter became an event. */
export class ResendAcceptedAnswer {
  @ApiProperty(LETTER)
  id!: string;

  @ApiProperty(RESEND)
  resendId!: string;

  @ApiProperty(CORRECTED)
  corrected!: boolean;

  @ApiProperty({ enum: ['accepted'], description: 'Always `accepted`.', example: 'accepted' })
  outcome!: string;
}

/** A dead letter was rejected again; the attempt is stored with it. */
export class ResendRejectedAnswer extends ApiErrorAnswer {
  @ApiProperty(LETTER)
  id!: string;

  @ApiProperty(RESEND)
  resendId!: string;

  @ApiProperty(CORRECTED)
  corrected!: boolean;

  @ApiProperty({ enum: ['rejected'], description: 'Always `rejected`.', example: 'rejected' })
  outcome!: string;

  @ApiProperty({
    description: 'Why it was rejected: one of the reasons of dead letters.',
    example: 'missing_field',
  })
  reason!: string;
}
