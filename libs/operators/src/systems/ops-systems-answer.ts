import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiBusy, ApiErrors } from '#edge';

const COUNT = { type: 'integer', format: 'int64', minimum: 0 } as const;
const COUNTS = { type: 'object', additionalProperties: COUNT } as const;
const TIME_OR_NONE = { oneOf: [{ type: 'string', format: 'date-time' }, { type: 'null' as never }] };

/** Active agents that are not in the directory. */
export class UnmappedAgents {
  @ApiProperty({ ...COUNT, description: 'The number of agents.', example: 3 })
  count!: number;

  @ApiProperty({ type: [String], description: 'The first 20 of them.', example: ['17'] })
  sample!: string[];
}

/** The figures of a system; see `docs/semantics.md` 7. */
export class SystemAnswer {
  @ApiProperty({
    description: 'The system; empty for messages that name no valid system.',
    example: 'External system',
  })
  systemId!: string;

  @ApiProperty({
    ...COUNT,
    description: 'Number of events, directories and dead letters received.',
    example: 1000,
  })
  received!: number;

  @ApiProperty({ ...COUNT, description: 'How many of them are in the store.', example: 980 })
  stored!: number;

  @ApiProperty({ ...COUNT, description: 'How many of them repeat an earlier message.', example: 15 })
  repeats!: number;

  @ApiProperty({ ...COUNT, description: 'How many of them are dead letters.', example: 5 })
  deadLettered!: number;

  @ApiProperty({ ...COUNT, description: 'How many of them no projector has seen.', example: 0 })
  unaccounted!: number;

  @ApiProperty({
    ...COUNT,
    description: 'How many records were delivered more than once, which is harmless.',
    example: 0,
  })
  redelivered!: number;

  @ApiProperty({
    ...TIME_OR_NONE,
    description: 'When anything was last received.',
    example: '2020-01-01T10:15:36Z',
  })
  lastReceivedAt!: string | null;

  @ApiProperty({
    ...TIME_OR_NONE,
    description: 'The latest time of any event.',
    example: '2020-01-01T10:15:33Z',
  })
  lastActionTime!: string | null;

  @ApiProperty({
    description:
      'Whether nothing was received for a quarter of an hour although something usually is at this time of the week.',
    example: false,
  })
  silent!: boolean;

  @ApiProperty({
    oneOf: [{ $ref: '#/components/schemas/UnmappedAgents' }, { type: 'null' as never }],
    description: 'Active agents that are not in the directory; `null` if the directory has no agents.',
  })
  unmappedAgents!: UnmappedAgents | null;

  @ApiProperty({ ...COUNT, description: 'Exits within the period whose enter was lost.', example: 0 })
  exitsWithoutEnter!: number;

  @ApiProperty({ ...COUNT, description: 'States within the period whose exit was lost.', example: 1 })
  lostExits!: number;

  @ApiProperty({
    ...COUNT,
    description: 'Instants within the period at which several states were entered.',
    example: 0,
  })
  contradictingEnters!: number;

  @ApiProperty({
    ...COUNTS,
    description: 'Anomalies of contacts within the period, by kind.',
    example: { lost_end: 1 },
  })
  contactAnomalies!: Record<string, number>;

  @ApiProperty({
    ...COUNTS,
    description: 'Dead letters within the period, by reason.',
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

/** Describes `GET /ops/systems` in the API document. */
export function ApiOpsSystems(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiExtraModels(UnmappedAgents),
    ApiOperation({
      summary: 'Lists the figures of each system: the outcomes of its events, and whether it is silent',
      description: 'docs/semantics.md 7 defines each figure.',
    }),
    ApiQuery({
      name: 'systemId',
      required: false,
      description: 'Only this system.',
      schema: { type: 'string', examples: ['External system'] },
    }),
    ApiQuery({
      name: 'from',
      required: false,
      description: 'Start of the period of figures that have one; by default a day before `to`.',
      schema: { type: 'string', examples: ['2020-01-01T00:00:00Z'] },
    }),
    ApiQuery({
      name: 'to',
      required: false,
      description: 'End of that period, at most 31 days after `from`; by default now.',
      schema: { type: 'string', examples: ['2020-01-02T00:00:00Z'] },
    }),
    ApiOkResponse({
      description: 'The systems, in order of their ids.',
      type: SystemAnswer,
      isArray: true,
      example: [EXAMPLE],
    }),
    ApiErrors(400, 401, 403, 429, 500),
    ApiBusy(),
  );
}
