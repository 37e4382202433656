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
  description: 'Begin of the period, which belongs to it. ISO 8601 with an offset or `Z`.',
  schema: { type: 'string', format: 'date-time', examples: ['2020-01-01T00:00:00Z'] },
};
export const END_DATE: ApiQueryOptions = {
  name: 'endDate',
  description: 'End of the period, which does not belong to it; after `startDate`.',
  schema: { type: 'string', format: 'date-time', examples: ['2020-01-02T00:00:00Z'] },
};
export const AGENT_IDS: ApiQueryOptions = {
  name: 'agentId',
  description:
    'Agents, several separated by commas; at least one. Ids that are not known are left out of the answer.',
  schema: { type: 'string', minLength: 1, examples: ['1,2'] },
};
export const GROUP_IDS: ApiQueryOptions = {
  name: 'groupId',
  description: 'Groups, several separated by commas; at least one.',
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
  /** Of the specification. */
  readonly section: string;
  readonly parameters: readonly ApiQueryOptions[];
  readonly answer: Type;
  /** An answer as the specification prints it. */
  readonly example: unknown;
  /** An answer is a list unless it is said not to be. */
  readonly isArray?: boolean;
}

/** Describes a method of the WFM for the API document. */
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
    ApiOperation({ summary, description: `Spec ${section}; docs/semantics.md says what each figure means.` }),
    ApiParam({
      name: 'systemId',
      description:
        'The external system that is asked about; without one, the only one there is or `DEFAULT_SYSTEM_ID`.',
      schema: { type: 'string', minLength: 1, examples: ['External system'] },
    }),
    ...parameters.map((parameter) => ApiQuery({ required: true, ...parameter })),
    ApiOkResponse({ description: 'What was asked for.', type: answer, isArray, example }),
    ApiErrors(400, 401, 403, 404, 429, 431, 500),
    ApiBusy(),
  );
}
