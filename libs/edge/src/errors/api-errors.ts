import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ApiErrorAnswer } from './api-error-answer.js';
import { internalError, UNAVAILABLE, type ApiErrorBody, TOO_BUSY } from './api-error.js';

interface DescribedError {
  readonly description: string;
  /** A body that the service really sends. */
  readonly example: ApiErrorBody;
}

const HOW_TO_SEND_KEYS =
  'Send it as Authorization: Bearer, as the password of HTTP Basic, or as X-API-Key; npm run api-key creates keys.';

const ERRORS = {
  400: {
    description: 'A parameter of the request is at fault (spec 5.3).',
    example: {
      field: 'systemId',
      message: 'systemId occurs more than once',
      description: 'Send systemId once.',
    },
  },
  401: {
    description: 'The request has no valid API key, and authentication is on.',
    example: { field: '', message: 'an API key is required', description: HOW_TO_SEND_KEYS },
  },
  403: {
    description: 'The key does not permit this, or not for this system.',
    example: {
      field: '',
      message: 'the key does not permit this',
      description: 'Use a key with the role ops.',
    },
  },
  404: {
    description: 'There is no data for the request (spec 5.2).',
    example: {
      field: '',
      message: 'no data',
      description: 'There is no data for this request.',
    },
  },
  408: {
    description: 'The request took too long to arrive.',
    example: {
      field: '',
      message: 'the request took too long to arrive',
      description: 'Send the whole request without pauses.',
    },
  },
  409: {
    description: 'The request conflicts with the state of the service; the body says what to do instead.',
    example: {
      field: '',
      message: 'only the first 4096 of the 70000 bytes of the dead letter were stored',
      description: 'It cannot be resent unchanged. Send the corrected event as the body of this request.',
    },
  },
  413: {
    description: 'The body is too large.',
    example: {
      field: '',
      message: 'the body is larger than 65536 bytes',
      description: 'Send one event per request, or one per line of a bulk upload.',
    },
  },
  415: {
    description: 'The content type or the content encoding is not supported.',
    example: {
      field: 'Content-Type',
      message: 'this content type is not supported',
      description: 'Send one JSON object per line, with Content-Type: application/x-ndjson.',
    },
  },
  429: {
    description: 'Too many wrong keys came from this address. A valid key is accepted at any time.',
    example: {
      field: '',
      message: 'too many wrong keys',
      description:
        'More than 20 wrong keys came from this address, or its IPv6 network, within a minute. A valid key is accepted at any time.',
    },
  },
  431: {
    description: 'The URL and headers are too long.',
    example: {
      field: '',
      message: 'the URL and headers are too long',
      description: 'Ask for fewer agents or groups in one request.',
    },
  },
  500: {
    description: 'A fault of the service; its log has the details (spec 5.1). Try again later.',
    example: internalError('f0462fa513a85894-b'),
  },
  503: {
    description: 'Nothing can be stored durably at the moment. Send it again after `Retry-After` seconds.',
    example: UNAVAILABLE,
  },
} as const satisfies Record<number, DescribedError>;

/** The statuses that can be described. */
export type DescribedStatus = keyof typeof ERRORS;

/** The header that says how long to wait. */
export const RETRY_AFTER = {
  'Retry-After': {
    description: 'How many seconds to wait before trying again.',
    schema: { type: 'integer', example: 5 },
  },
} as const;

/** Describes the 503 of a method that queries the store. */
export function ApiBusy(): MethodDecorator {
  return ApiResponse({
    status: 503,
    description:
      'Too many queries of this client, or in total, are under way; or the store lacks acknowledged events, so that an answer would be incomplete. The body says which. Try again after `Retry-After` seconds.',
    type: ApiErrorAnswer,
    example: TOO_BUSY,
    headers: RETRY_AFTER,
  });
}

/** Describes the errors of a route, which all have the same body. */
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
