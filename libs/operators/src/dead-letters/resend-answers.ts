import { ApiProperty } from '@nestjs/swagger';
import { ApiErrorAnswer } from '#edge';

const LETTER = { description: 'The letter.', example: 'wfm.dead-letter.v1-0-17' } as const;
const RESEND = {
  format: 'uuid',
  description: 'This attempt.',
  example: '1684c03e-2e3c-4ba0-b6c9-930aed2e4b0b',
} as const;
const CORRECTED = {
  description: 'Whether with another body than the letter came with.',
  example: true,
} as const;

/** That a dead letter became an event. */
export class ResendAcceptedAnswer {
  @ApiProperty(LETTER)
  id!: string;

  @ApiProperty(RESEND)
  resendId!: string;

  @ApiProperty(CORRECTED)
  corrected!: boolean;

  @ApiProperty({ enum: ['accepted'], description: 'Always the same.', example: 'accepted' })
  outcome!: string;
}

/** That it was rejected once more; the attempt is kept with the letter. */
export class ResendRejectedAnswer extends ApiErrorAnswer {
  @ApiProperty(LETTER)
  id!: string;

  @ApiProperty(RESEND)
  resendId!: string;

  @ApiProperty(CORRECTED)
  corrected!: boolean;

  @ApiProperty({ enum: ['rejected'], description: 'Always the same.', example: 'rejected' })
  outcome!: string;

  @ApiProperty({ description: 'Why, out of the reasons of dead letters.', example: 'missing_field' })
  reason!: string;
}
