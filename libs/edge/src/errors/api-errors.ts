import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ApiErrorAnswer } from './api-error-answer.js';
import { internalError, UNAVAILABLE, type ApiErrorBody, TOO_BUSY } from './api-error.js';

interface DescribedError {
  readonly description: string;
  /** A body that it really has. */
  readonly example: ApiErrorBody;
}

const HOW_TO_SEND_KEYS =
  'Send it as Authorization: Bearer, as the password of HTTP Basic, or as X-API-Key; npm run api-key makes keys.';

const ERRORS = {
  400: {
    description: 'A parameter of the request is at fault (spec 5.3).',
    example: {
      field: 'systemId',
      message: 'systemId is given more than once',
      description: 'Send systemId once.',
    },
  },
  401: {
    description: 'Without a key that is known, where keys are asked for.',
    example: { field: '', message: 'a key is needed', description: HOW_TO_SEND_KEYS },
  },
  403: {
    description: 'The key may not do this, or not for this system.',
    example: {
      field: '',
      message: 'the key is not good for this',
      description: 'The key needs the role ops: use one that has it.',
    },
  },
  404: {
    description: 'There is no data for what was asked for (spec 5.2).',
    example: {
      field: '',
      message: 'no data',
      description: 'There is nothing for what was asked for.',
    },
  },
  408: {
    description: 'The request took too long to arrive.',
    example: {
      field: '',
      message: 'the request takes too long',
      description: 'Send the whole request without pauses.',
    },
  },
  409: {
    description: 'It cannot be done as it was asked for; what can be is said.',
    example: {
      field: '',
      message: "only the first 4096 of the letter's 70000 bytes are kept",
      description: 'It cannot be resent as it is. Send the corrected event as the body of this request.',
    },
  },
  413: {
    description: 'The body is larger than it may be.',
    example: {
      field: '',
      message: 'the body is larger than 65536 bytes',
      description: 'Send one event in each request, or one in each line of a bulk upload.',
    },
  },
  415: {
    description: 'The body is of another type than it may be, or encoded.',
    example: {
      field: 'Content-Type',
      message: 'this content type is not taken here',
      description: 'Send one JSON object in each line, with Content-Type: application/x-ndjson.',
    },
  },
  429: {
    description: 'Too many wrong keys came from this address. A right key is taken at any time.',
    example: {
      field: '',
      message: 'too many wrong keys',
      description:
        'More than 20 wrong keys came from this address within a minute. A right one is taken at any time.',
    },
  },
  431: {
    description: 'The request line and headers are longer than they may be.',
    example: {
      field: '',
      message: 'the address and headers are too long',
      description: 'Ask for fewer agents or groups in one request.',
    },
  },
  500: {
    description:
      'A fault of the service, whose particulars are in its log (spec 5.1). The request may be tried again.',
    example: internalError('f0462fa513a85894-b'),
  },
  503: {
    description: 'Nothing durable can be written at present. Send it again after `Retry-After` seconds.',
    example: UNAVAILABLE,
  },
} as const satisfies Record<number, DescribedError>;

/** Statuses of errors that are described. */
export type DescribedStatus = keyof typeof ERRORS;

/** The header that says when to try again. */
export const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds after which to try again.',
    schema: { type: 'integer', example: 5 },
  },
} as const;

/** Describes the answer of a method that reads while it cannot answer, or not rightly. */
export function ApiBusy(): MethodDecorator {
  return ApiResponse({
    status: 503,
    description:
      'Too many questions of this client, or in all, are under way; or the store lacks events that were acknowledged, so that an answer would be wrong, and the body says why. Ask again after `Retry-After` seconds.',
    type: ApiErrorAnswer,
    example: TOO_BUSY,
    headers: RETRY_AFTER,
  });
}

/** Describes the errors that a route may answer with, each with the body that all errors have. */
export function ApiErrors(...statuses: readonly DescribedStatus[]): MethodDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        ...ERRORS[status],
        type: ApiErrorAnswer,
        ...(status === 503 || status === 429 ? { headers: RETRY_AFTER } : {}),
      }),
    ),
  );
}
