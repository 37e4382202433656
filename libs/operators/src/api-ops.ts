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

const SEMANTICS = 'docs/semantics.md 7 says what each member means.';
const TIME =
  'ISO 8601 with an offset or `Z`, or seconds (from 100 000 000 000 on milliseconds) since the Unix epoch';

function textFilter(name: string, description: string, example: string): ApiQueryOptions {
  const schema = { type: 'string', maxLength: MAX_FILTER_LENGTH, examples: [example] };
  return { name, required: false, description, schema };
}

const SYSTEM = textFilter('systemId', 'This system alone.', 'External system');
const FROM = textFilter('from', `At this time or later. ${TIME}.`, '2020-01-01T00:00:00Z');
const TO = textFilter('to', `Before this time; after \`from\`. ${TIME}.`, '2020-01-02T00:00:00Z');

const PAGE: readonly ApiQueryOptions[] = [
  {
    name: 'limit',
    required: false,
    description: `How many at most; ${DEFAULT_PAGE_SIZE} unless given.`,
    schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, examples: [DEFAULT_PAGE_SIZE] },
  },
];

function cursor(example: string): ApiQueryOptions {
  return {
    name: 'cursor',
    required: false,
    description:
      'The `nextCursor` of the answer before, as it came and with the same filters, for what comes behind it.',
    schema: { type: 'string', maxLength: MAX_CURSOR_LENGTH, examples: [example] },
  };
}

const LETTER_ID = ApiParam({
  name: 'id',
  description: 'The letter.',
  schema: { type: 'string', minLength: 1, examples: [OPS_EXAMPLES.DEAD_LETTER.id] },
});

function ApiQueries(parameters: readonly ApiQueryOptions[]): MethodDecorator {
  return applyDecorators(...parameters.map((parameter) => ApiQuery(parameter)));
}

/** Describes `GET /ops/dead-letters` for the API document. */
export function ApiDeadLetters(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'deadLetters',
      summary: 'What was not accepted, and why, in plain words',
      description: `A page of dead letters, newest first. ${SEMANTICS}`,
    }),
    ApiQueries([
      SYSTEM,
      textFilter('reason', 'Of this reason alone; docs/dead-letters.md has them all.', 'missing_field'),
      textFilter('type', 'Meant to be this alone: `status`, `contact`, `personnel` or `unknown`.', 'status'),
      { ...FROM, description: `Received at this time or later. ${TIME}.` },
      { ...TO, description: `Received before this time; after \`from\`. ${TIME}.` },
      {
        name: 'resent',
        required: false,
        description: '`true`: an attempt to resend it was accepted. `false`: none was.',
        schema: { type: 'string', enum: ['true', 'false'], examples: ['false'] },
      },
      ...PAGE,
      cursor(OPS_EXAMPLES.DEAD_LETTERS.nextCursor),
    ]),
    ApiOkResponse({
      description: 'The letters; an empty list where there are none.',
      type: DeadLettersAnswer,
      example: OPS_EXAMPLES.DEAD_LETTERS,
    }),
    ApiErrors(400, 401, 403, 429, 500),
    ApiBusy(),
  );
}

/** Describes `GET /ops/dead-letters/{id}` for the API document. */
export function ApiDeadLetter(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiOperation({ operationId: 'deadLetter', summary: 'One dead letter', description: SEMANTICS }),
    LETTER_ID,
    ApiOkResponse({
      description: 'The letter.',
      type: DeadLetterAnswer,
      example: OPS_EXAMPLES.DEAD_LETTER,
    }),
    ApiErrors(400, 401, 403, 404, 429, 500),
    ApiBusy(),
  );
}

/** Describes `POST /ops/dead-letters/{id}/resend` for the API document. */
export function ApiResend(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'resendDeadLetter',
      summary: 'Resends a dead letter, as it came or corrected',
      description:
        "The letter, or the body of this request in its place, is judged as a post of the letter's type, now. The letter is marked with what became of it. Resending twice is harmless.",
    }),
    LETTER_ID,
    ApiBody({
      required: false,
      description:
        'The corrected event, whatever its content type is called; 64 KiB at most. Without one the letter is sent as it came.',
      schema: { type: 'object', examples: [CORRECTED] },
    }),
    ApiOkResponse({
      description: 'It is an event, and that is durable.',
      type: ResendAcceptedAnswer,
      example: OPS_EXAMPLES.RESEND_ACCEPTED,
    }),
    ApiResponse({
      status: 413,
      description: 'The body of the request is larger than an event may be. The letter is marked.',
      type: ResendRejectedAnswer,
      example: OPS_EXAMPLES.RESEND_TOO_LARGE,
    }),
    ApiResponse({
      status: 422,
      description: 'It is rejected once more. The letter is marked; there is no further letter.',
      type: ResendRejectedAnswer,
      example: OPS_EXAMPLES.RESEND_REJECTED,
    }),
    ApiResponse({
      status: 503,
      description:
        'The log cannot be written at present (with `Retry-After`), or this process has none. Resending later is harmless.',
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

/** Describes `GET /ops/anomalies` for the API document. */
export function ApiAnomalies(): MethodDecorator {
  const kinds = [...ANOMALY_KINDS, ...CONTACT_ANOMALY_KINDS];
  return applyDecorators(
    ApiTags('operations'),
    ApiExtraModels(TimelineAnomaly, ContactAnomaly),
    ApiOperation({
      operationId: 'anomalies',
      summary: 'What is odd about accepted events, with the events around it',
      description: `A page of anomalies, newest first. ${SEMANTICS}`,
    }),
    ApiQueries([
      SYSTEM,
      {
        name: 'kind',
        required: false,
        description: 'Of this kind alone; the first three are of timelines, the others of contacts.',
        schema: { type: 'string', enum: kinds, examples: ['orphan_exit'] },
      },
      textFilter('agentId', 'Of this agent alone.', '1'),
      textFilter('contactId', 'Of this contact alone; none of a timeline then.', 'c-17'),
      { ...FROM, description: `Showing at this time or later. ${TIME}.` },
      { ...TO, description: `Showing before this time; after \`from\`. ${TIME}.` },
      ...PAGE,
      cursor(ANOMALY_CURSOR),
    ]),
    ApiOkResponse({
      description: 'The anomalies; an empty list where there are none.',
      type: AnomaliesAnswer,
      example: OPS_EXAMPLES.ANOMALIES,
    }),
    ApiErrors(400, 401, 403, 429, 500),
    ApiBusy(),
  );
}

const ANOMALY_CURSOR =
  'WzE1Nzc4NzM0MzYwMDAsInRpbWVsaW5lIiwiRXh0ZXJuYWwgc3lzdGVtIiwiIiwiMSIsIiIsIm9ycGhhbl9leGl0IiwiIiwiV29yayJd';

/** Describes `GET /ops/timeline` for the API document. */
export function ApiTimeline(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'timeline',
      summary: 'Why the answers about an agent are what they are',
      description: `Intervals with the raw events that made them, sessions and contacts. ${SEMANTICS}`,
    }),
    ApiQueries([
      { ...textFilter('agentId', 'The agent.', '1'), required: true },
      {
        ...FROM,
        required: true,
        description: `Begin of the period, which belongs to it. ${TIME}.`,
      },
      {
        ...TO,
        required: true,
        description: `End of the period, which does not belong to it; after \`from\`, by ${MAX_TIMELINE_DAYS} days at most. ${TIME}.`,
      },
      { ...SYSTEM, description: 'In this system alone; in all of them unless given.' },
    ]),
    ApiOkResponse({
      description: 'What is known of the agent; lists are empty where there is nothing.',
      type: AgentTimelineAnswer,
      example: OPS_EXAMPLES.TIMELINE,
    }),
    ApiErrors(400, 401, 403, 429, 500),
    ApiBusy(),
  );
}
