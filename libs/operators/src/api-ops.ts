import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
  type ApiQueryOptions,
} from '@nestjs/swagger';
import { ApiErrorAnswer, ApiBusy, ApiErrors, RETRY_AFTER } from '#edge';
import { ANOMALY_KINDS, CONTACT_ANOMALY_KINDS } from '#store';
import { MAX_CURSOR_LENGTH } from './cursor.js';
import { DEFAULT_PAGE_SIZE, MAX_FILTER_LENGTH, MAX_PAGE_SIZE, MAX_TIMELINE_DAYS } from './ops-parameters.js';
import { AnomaliesAnswer, ContactAnomaly, TimelineAnomaly } from './timelines/anomaly-answers.js';
import { DeadLetterAnswer, DeadLettersAnswer } from './dead-letters/dead-letter-answers.js';
import { OPS_EXAMPLES } from './ops-examples.js';
import { ResendAcceptedAnswer, ResendRejectedAnswer } from './dead-letters/resend-answers.js';
import { AgentTimelineAnswer } from './timelines/timeline-answers.js';

const SEMANTICS = 'docs/semantics.md 7 defines each member.';
const TIME =
  'ISO 8601 with an offset or `Z`, or seconds (milliseconds if at least 100 000 000 000) since the Unix epoch';

function textFilter(name: string, description: string, example: string): ApiQueryOptions {
  const schema = { type: 'string', maxLength: MAX_FILTER_LENGTH, examples: [example] };
  return { name, required: false, description, schema };
}

const SYSTEM = textFilter('systemId', 'Only this system.', 'External system');
const FROM = textFilter('from', `At this time or later. ${TIME}.`, '2020-01-01T00:00:00Z');
const TO = textFilter('to', `Before this time; after \`from\`. ${TIME}.`, '2020-01-02T00:00:00Z');

const PAGE: readonly ApiQueryOptions[] = [
  {
    name: 'limit',
    required: false,
    description: `Maximum number of items; ${DEFAULT_PAGE_SIZE} by default.`,
    schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, examples: [DEFAULT_PAGE_SIZE] },
  },
];

function cursor(example: string): ApiQueryOptions {
  return {
    name: 'cursor',
    required: false,
    description:
      'The `nextCursor` of the previous page, unchanged and with the same filters, for the next page.',
    schema: { type: 'string', maxLength: MAX_CURSOR_LENGTH, examples: [example] },
  };
}

const LETTER_ID = ApiParam({
  name: 'id',
  description: 'The id of the dead letter.',
  schema: { type: 'string', minLength: 1, examples: [OPS_EXAMPLES.DEAD_LETTER.id] },
});

function ApiQueries(parameters: readonly ApiQueryOptions[]): MethodDecorator {
  return applyDecorators(...parameters.map((parameter) => ApiQuery(parameter)));
}

/** Describes `GET /ops/dead-letters` in the API document. */
export function ApiDeadLetters(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'deadLetters',
      summary: 'Lists rejected messages, with explanations in plain words',
      description: `A page of dead letters, newest first. ${SEMANTICS}`,
    }),
    ApiQueries([
      SYSTEM,
      textFilter('reason', 'Only this reason; docs/dead-letters.md lists all.', 'missing_field'),
      textFilter(
        'type',
        'Only messages meant as this: `status`, `contact`, `personnel` or `unknown`.',
        'status',
      ),
      { ...FROM, description: `Received at this time or later. ${TIME}.` },
      { ...TO, description: `Received before this time; after \`from\`. ${TIME}.` },
      {
        name: 'resent',
        required: false,
        description: '`true`: only those that were resent successfully. `false`: only those that were not.',
        schema: { type: 'string', enum: ['true', 'false'], examples: ['false'] },
      },
      ...PAGE,
      cursor(OPS_EXAMPLES.DEAD_LETTERS.nextCursor),
    ]),
    ApiOkResponse({
      description: 'The dead letters; an empty list if there are none.',
      type: DeadLettersAnswer,
      example: OPS_EXAMPLES.DEAD_LETTERS,
    }),
    ApiErrors(400, 401, 403, 429, 500),
    ApiBusy(),
  );
}

/** Describes `GET /ops/dead-letters/{id}` in the API document. */
export function ApiDeadLetter(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiOperation({ operationId: 'deadLetter', summary: 'Returns a dead letter', description: SEMANTICS }),
    LETTER_ID,
    ApiOkResponse({
      description: 'The dead letter.',
      type: DeadLetterAnswer,
      example: OPS_EXAMPLES.DEAD_LETTER,
    }),
    ApiErrors(400, 401, 403, 404, 429, 500),
    ApiBusy(),
  );
}

/** Describes `POST /ops/dead-letters/{id}/resend` in the API document. */
export function ApiResend(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'resendDeadLetter',
      summary: 'Resends a dead letter, unchanged or corrected',
      description:
        'Validates the dead letter, or the body of this request instead, as if it were posted now to the method of its type. The outcome is stored with the dead letter. Resending twice is harmless.',
    }),
    LETTER_ID,
    ApiBody({
      required: false,
      description:
        'The corrected event, at most 64 KiB, with any content type. Without a body, the dead letter is resent unchanged.',
      schema: { type: 'object', examples: [CORRECTED] },
    }),
    ApiOkResponse({
      description: 'The event was accepted and is stored durably.',
      type: ResendAcceptedAnswer,
      example: OPS_EXAMPLES.RESEND_ACCEPTED,
    }),
    ApiResponse({
      status: 413,
      description:
        'The body of the request is too large for an event. The attempt is stored with the dead letter.',
      type: ResendRejectedAnswer,
      example: OPS_EXAMPLES.RESEND_TOO_LARGE,
    }),
    ApiResponse({
      status: 422,
      description:
        'The event was rejected again. The attempt is stored with the dead letter; no further dead letter is created.',
      type: ResendRejectedAnswer,
      example: OPS_EXAMPLES.RESEND_REJECTED,
    }),
    ApiResponse({
      status: 503,
      description:
        'The event log is unavailable (with `Retry-After`), or this process has none. Resending later is harmless.',
      type: ApiErrorAnswer,
      example: OPS_EXAMPLES.NOT_WRITTEN,
      headers: RETRY_AFTER,
    }),
    ApiErrors(400, 401, 403, 404, 408, 409, 429, 500),
  );
}

const CORRECTED = {
  systemId: 'External system',
  workerId: '1',
  stateCode: 'Work',
  stateName: 'Contact processing',
  actionTime: 1577873436,
  action: 1,
};

/** Describes `GET /ops/anomalies` in the API document. */
export function ApiAnomalies(): MethodDecorator {
  const kinds = [...ANOMALY_KINDS, ...CONTACT_ANOMALY_KINDS];
  return applyDecorators(
    ApiTags('operations'),
    ApiExtraModels(TimelineAnomaly, ContactAnomaly),
    ApiOperation({
      operationId: 'anomalies',
      summary: 'Lists anomalies of accepted events, with the events around them',
      description: `A page of anomalies, newest first. ${SEMANTICS}`,
    }),
    ApiQueries([
      SYSTEM,
      {
        name: 'kind',
        required: false,
        description: 'Only this kind; the first three concern timelines, the others contacts.',
        schema: { type: 'string', enum: kinds, examples: ['orphan_exit'] },
      },
      textFilter('agentId', 'Only this agent.', '1'),
      textFilter('contactId', 'Only this contact, which excludes anomalies of timelines.', 'c-17'),
      { ...FROM, description: `Occurring at this time or later. ${TIME}.` },
      { ...TO, description: `Occurring before this time; after \`from\`. ${TIME}.` },
      ...PAGE,
      cursor(ANOMALY_CURSOR),
    ]),
    ApiOkResponse({
      description: 'The anomalies; an empty list if there are none.',
      type: AnomaliesAnswer,
      example: OPS_EXAMPLES.ANOMALIES,
    }),
    ApiErrors(400, 401, 403, 429, 500),
    ApiBusy(),
  );
}

const ANOMALY_CURSOR =
  'WzE1Nzc4NzM0MzYwMDAsInRpbWVsaW5lIiwiRXh0ZXJuYWwgc3lzdGVtIiwiIiwiMSIsIiIsIm9ycGhhbl9leGl0IiwiIiwiV29yayJd';

/** Describes `GET /ops/timeline` in the API document. */
export function ApiTimeline(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'timeline',
      summary: 'Explains the answers about an agent',
      description: `Returns intervals with the raw events behind them, sessions and contacts. ${SEMANTICS}`,
    }),
    ApiQueries([
      { ...textFilter('agentId', 'The agent.', '1'), required: true },
      {
        ...FROM,
        required: true,
        description: `Start of the period, inclusive. ${TIME}.`,
      },
      {
        ...TO,
        required: true,
        description: `End of the period, exclusive; after \`from\`, by at most ${MAX_TIMELINE_DAYS} days. ${TIME}.`,
      },
      { ...SYSTEM, description: 'Only this system; all systems by default.' },
    ]),
    ApiOkResponse({
      description: 'What the service knows about the agent; lists may be empty.',
      type: AgentTimelineAnswer,
      example: OPS_EXAMPLES.TIMELINE,
    }),
    ApiErrors(400, 401, 403, 429, 500),
    ApiBusy(),
  );
}
