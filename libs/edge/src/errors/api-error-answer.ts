import { ApiProperty } from '@nestjs/swagger';

/** The body of every error, as the API document describes it (spec 5). */
export class ApiErrorAnswer {
  @ApiProperty({ description: 'The parameter at fault; empty if there is none.', example: 'endDate' })
  field!: string;

  @ApiProperty({ description: 'What is wrong.', example: 'endDate is not after startDate' })
  message!: string;

  @ApiProperty({
    description: 'How to correct it.',
    example: 'Request a period that ends after it starts.',
  })
  description!: string;
}
