/** The body of every error answer (spec 5). */
export interface ApiErrorBody {
  /** The parameter at fault; empty if there is none. */
  readonly field: string;
  readonly message: string;
  readonly description: string;
}

/** An error answer. Only the edge decides about statuses. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly body: ApiErrorBody,
    options?: ErrorOptions,
  ) {
    super(body.message, options);
  }
}

/** 400: a parameter of the request is at fault (spec 5.3). */
export function badRequest(field: string, message: string, description: string): ApiError {
  return new ApiError(400, { field, message, description });
}

/** 404: there is no data for the request (spec 5.2). */
export function noData(description: string): ApiError {
  return new ApiError(404, { field: '', message: 'no data', description });
}

/** 400: a path that cannot be parsed. */
export const BAD_ADDRESS: ApiErrorBody = {
  field: '',
  message: 'bad URL',
  description: 'The path is not percent-encoded correctly, or a segment of it is longer than any id.',
};

/** 500: a fault of the service; its details are in the log, not in the answer (spec 5.1). */
export const internalError = (requestId: string): ApiErrorBody => ({
  field: '',
  message: 'internal error',
  description: `The service could not answer. The request itself was valid: try again later. The log has the details under request ${requestId}.`,
});

/** 503: nothing can be stored durably at the moment. */
export const UNAVAILABLE: ApiErrorBody = {
  field: '',
  message: 'not available',
  description: 'The event could not be stored durably and was not accepted. Send it again later.',
};

/** How long a client should wait after {@link UNAVAILABLE}. */
export const UNAVAILABLE_RETRY_AFTER_SECONDS = 5;

/** 503: too many queries of this client, or in total, are under way. */
export const TOO_BUSY: ApiErrorBody = {
  field: '',
  message: 'too many queries are under way',
  description:
    'Try again later, and wait for answers before sending more. Nothing was done for this request.',
};

/** How long a client should wait after {@link TOO_BUSY}. */
export const BUSY_RETRY_AFTER_SECONDS = 5;
