import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#telemetry';
import {
  ApiError,
  BUSY_RETRY_AFTER_SECONDS,
  internalError,
  TOO_BUSY,
  type ApiErrorBody,
} from './api-error.js';
import { requestFields } from '../http/request-telemetry.js';

/** Answers every error with the body that the spec asks for, and logs those that are faults of the service. */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (isAborted(error) && reply.raw.closed) return;
    const { status, body } = this.answerTo(error, http.getRequest<FastifyRequest>());
    if (reply.sent || reply.raw.headersSent) return;
    if (status === 503) void reply.header('Retry-After', BUSY_RETRY_AFTER_SECONDS);
    void reply.code(status).send(body);
  }

  private answerTo(error: unknown, request: FastifyRequest): { status: number; body: ApiErrorBody } {
    if (error instanceof ApiError) return error;
    if (isBusy(error)) return { status: 503, body: TOO_BUSY };
    if (error instanceof HttpException && error.getStatus() < 500) {
      return { status: error.getStatus(), body: clientError(error.getStatus(), request) };
    }
    const { method } = request;
    this.logger.error(
      { err: error, ...requestFields(request), method, route: request.routeOptions.url },
      'a request failed',
    );
    return { status: 500, body: internalError(request.id) };
  }
}

const codeOf = (error: unknown) => (error as { readonly code?: unknown } | null)?.code;

/** The store refuses queries while too many are under way. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === 'TOO_MANY_QUESTIONS';
}

/** Work was aborted because its client no longer waits for it. */
export function isAborted(error: unknown): boolean {
  return codeOf(error) === 'ABORT_ERR';
}

function clientError(status: number, request: FastifyRequest): ApiErrorBody {
  if (status === 404) {
    return {
      field: '',
      message: 'no such method',
      description: `Nothing is served at ${request.method} ${pathOf(request)}.`,
    };
  }
  return { field: '', message: 'bad request', description: 'The request could not be parsed.' };
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!;
}
