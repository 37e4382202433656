import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
  type ApiQueryOptions,
} from '@nestjs/swagger';
import { ApiBusy, ApiErrors } from '#edge';
import { MAX_STEP_MS, MIN_STEP_MS } from '../query-parameters.js';

export const START_DATE: ApiQueryOptions = {
  name: 'startDate',
  description: 'Start of the period, inclusive. ISO 8601 with an offset or `Z`.',
  schema: { type: 'string', format: 'date-time', examples: ['2020-01-01T00:00:00Z'] },
};
export const END_DATE: ApiQueryOptions = {
  name: 'endDate',
  description: 'End of the period, exclusive; after `startDate`.',
  schema: { type: 'string', format: 'date-time', examples: ['2020-01-02T00:00:00Z'] },
};
export const AGENT_IDS: ApiQueryOptions = {
  name: 'agentId',
  description: 'One or more agents, separated by commas. Unknown ids are left out of the answer.',
  schema: { type: 'string', minLength: 1, examples: ['1,2'] },
};
export const GROUP_IDS: ApiQueryOptions = {
  name: 'groupId',
  description: 'One or more groups, separated by commas.',
  schema: { type: 'string', minLength: 1, examples: ['1,2'] },
};

export const STEP: ApiQueryOptions = {
  name: 'step',
  description: 'Length of the intervals, in milliseconds.',
  schema: {
    type: 'integer',
    format: 'int64',
    minimum: MIN_STEP_MS,
    maximum: MAX_STEP_MS,
    examples: [300_000],
  },
};

export interface QueryDescription {
  readonly tag: 'history' | 'present';
  readonly summary: string;
  /** The section of the specification. */
  readonly section: string;
  readonly parameters: readonly ApiQueryOptions[];
  readonly answer: Type;
  /** The example of the specification. */
  readonly example: unknown;
  /** Whether the answer is a list, which is the default. */
  readonly isArray?: boolean;
}

/** Describes a method of the WFM in the API document. */
export function ApiQueryMethod({
  tag,
  summary,
  section,
  parameters,
  answer,
  example,
  isArray = true,
}: QueryDescription): MethodDecorator {
  return applyDecorators(
    ApiTags(tag),
    ApiOperation({ summary, description: `Spec ${section}; docs/semantics.md defines each figure.` }),
    ApiParam({
      name: 'systemId',
      description:
        'The external system to query. Without it, queries are about `DEFAULT_SYSTEM_ID`, or about the only system.',
      schema: { type: 'string', minLength: 1, examples: ['External system'] },
    }),
    ...parameters.map((parameter) => ApiQuery({ required: true, ...parameter })),
    ApiOkResponse({ description: 'The requested data.', type: answer, isArray, example }),
    ApiErrors(400, 401, 403, 404, 429, 431, 500),
    ApiBusy(),
  );
}
