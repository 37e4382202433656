/** The body of every error that a caller sees (spec 5). */
export interface ApiErrorBody {
  /** The query parameter at fault; empty where there is none. */
  readonly field: string;
  readonly message: string;
  readonly description: string;
}

/** An answer other than success, decided at the edge. */
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

/** 400: a path that cannot be read. */
export const BAD_ADDRESS: ApiErrorBody = {
  field: '',
  message: 'bad address',
  description: 'The path is not validly percent-encoded, or a part of it is longer than any id.',
};

/** 500: a fault of ours, whose particulars are in the log and not for the caller (spec 5.1). */
export const internalError = (requestId: string): ApiErrorBody => ({
  field: '',
  message: 'internal error',
  description: `The service could not answer. The request was right; try it again later. The log has more about request ${requestId}.`,
});

/** 503: nothing durable can be written at present. */
export const UNAVAILABLE: ApiErrorBody = {
  field: '',
  message: 'not available',
  description: 'The event could not be written durably and was not accepted. Send it again later.',
};

/** 503: the store has too much to do for this client, or in all. */
export const TOO_BUSY: ApiErrorBody = {
  field: '',
  message: 'too many questions are under way',
  description:
    'Ask again later, and wait for answers before you ask for more. Nothing was done for this request.',
};

/** When a client that was answered {@link TOO_BUSY} may ask again. */
export const BUSY_RETRY_AFTER_SECONDS = 5;
