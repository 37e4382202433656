import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiBusy, ApiErrors } from '#edge';

const COUNT = { type: 'integer', format: 'int64', minimum: 0 } as const;
const COUNTS = { type: 'object', additionalProperties: COUNT } as const;
const TIME_OR_NONE = { oneOf: [{ type: 'string', format: 'date-time' }, { type: 'null' as never }] };

/** Agents at work whom the directory does not know. */
export class UnmappedAgents {
  @ApiProperty({ ...COUNT, description: 'How many.', example: 3 })
  count!: number;

  @ApiProperty({ type: [String], description: 'The first 20 of them.', example: ['17'] })
  sample!: string[];
}

/** How a system stands; see `docs/semantics.md` 7. */
export class SystemAnswer {
  @ApiProperty({
    description: 'The system; empty for what names none that could be one.',
    example: 'External system',
  })
  systemId!: string;

  @ApiProperty({
    ...COUNT,
    description: 'Events, directories and dead letters that receivers took.',
    example: 1000,
  })
  received!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, those that are in the store.', example: 980 })
  stored!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, repeats of what was there.', example: 15 })
  repeats!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, dead letters.', example: 5 })
  deadLettered!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, those that no projector has met.', example: 0 })
  unaccounted!: number;

  @ApiProperty({ ...COUNT, description: 'Stored ones whose record came again: harmless.', example: 0 })
  redelivered!: number;

  @ApiProperty({
    ...TIME_OR_NONE,
    description: 'When anything came last.',
    example: '2020-01-01T10:15:36Z',
  })
  lastReceivedAt!: string | null;

  @ApiProperty({
    ...TIME_OR_NONE,
    description: 'The greatest time that an event reported.',
    example: '2020-01-01T10:15:33Z',
  })
  lastActionTime!: string | null;

  @ApiProperty({
    description: 'Nothing came for a quarter of an hour, though something used to at this time of the week.',
    example: false,
  })
  silent!: boolean;

  @ApiProperty({
    oneOf: [{ $ref: '#/components/schemas/UnmappedAgents' }, { type: 'null' as never }],
    description: 'Agents at work whom the directory does not know; `null` without a directory of agents.',
  })
  unmappedAgents!: UnmappedAgents | null;

  @ApiProperty({ ...COUNT, description: 'Exits whose enter was lost, in the period.', example: 0 })
  exitsWithoutEnter!: number;

  @ApiProperty({ ...COUNT, description: 'States whose exit was lost, in the period.', example: 1 })
  lostExits!: number;

  @ApiProperty({
    ...COUNT,
    description: 'Instants at which several states were entered, in the period.',
    example: 0,
  })
  contradictingEnters!: number;

  @ApiProperty({
    ...COUNTS,
    description: 'Defects of contacts in the period, by kind.',
    example: { lost_end: 1 },
  })
  contactAnomalies!: Record<string, number>;

  @ApiProperty({
    ...COUNTS,
    description: 'Dead letters of the period, by reason.',
    example: { in_future: 2 },
  })
  deadLettersByReason!: Record<string, number>;
}

const EXAMPLE: SystemAnswer = {
  systemId: 'External system',
  received: 1000,
  stored: 980,
  repeats: 15,
  deadLettered: 5,
  unaccounted: 0,
  redelivered: 0,
  lastReceivedAt: '2020-01-01T10:15:36.250Z',
  lastActionTime: '2020-01-01T10:15:36Z',
  silent: false,
  unmappedAgents: { count: 1, sample: ['17'] },
  exitsWithoutEnter: 0,
  lostExits: 1,
  contradictingEnters: 0,
  contactAnomalies: { lost_end: 1 },
  deadLettersByReason: { in_future: 2 },
};

/** Describes `GET /ops/systems` for the API document. */
export function ApiOpsSystems(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiExtraModels(UnmappedAgents),
    ApiOperation({
      summary: 'How each system stands: what became of its events, and whether it sends at all',
      description: 'docs/semantics.md 7 says what each figure means.',
    }),
    ApiQuery({
      name: 'systemId',
      required: false,
      description: 'This system alone.',
      schema: { type: 'string', examples: ['External system'] },
    }),
    ApiQuery({
      name: 'from',
      required: false,
      description: 'Begin of the period of what is counted by time; a day before `to` unless given.',
      schema: { type: 'string', examples: ['2020-01-01T00:00:00Z'] },
    }),
    ApiQuery({
      name: 'to',
      required: false,
      description: 'End of that period, at most 31 days after `from`; now unless given.',
      schema: { type: 'string', examples: ['2020-01-02T00:00:00Z'] },
    }),
    ApiOkResponse({
      description: 'The systems, by their ids.',
      type: SystemAnswer,
      isArray: true,
      example: [EXAMPLE],
    }),
    ApiErrors(400, 401, 403, 429, 500),
    ApiBusy(),
  );
}
