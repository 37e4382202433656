import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ApiErrorAnswer } from './api-error-answer.js';

const MEANINGS = {
  400: 'A parameter of the request is at fault (spec 5.3).',
  401: 'Without a key that is known, where keys are asked for.',
  403: 'The key may not do this, or not for this system.',
  404: 'There is no data for what was asked for (spec 5.2).',
  408: 'The request took too long to arrive.',
  413: 'The body is larger than it may be.',
  415: 'The body is of another type than it may be, or encoded.',
  429: 'Too many wrong keys came from this address. A right key is taken at any time.',
  431: 'The request line and headers are longer than they may be.',
  500: 'A fault of the service, whose particulars are in its log (spec 5.1). The request may be tried again.',
  503: 'Nothing durable can be written at present. Send it again after `Retry-After` seconds.',
} as const;

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds after which to try again.',
    schema: { type: 'integer', example: 5 },
  },
} as const;

/** Describes the errors that a route may answer with, each with the body that all errors have. */
export function DescribesErrors(...statuses: readonly (keyof typeof MEANINGS)[]): MethodDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: MEANINGS[status],
        type: ApiErrorAnswer,
        ...(status === 503 || status === 429 ? { headers: RETRY_AFTER } : {}),
      }),
    ),
  );
}
