import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#telemetry';
import { ApiErrorFilter } from '../errors/api-error.filter.js';
import { BAD_ADDRESS } from '../errors/api-error.js';
import { identifyRequests, REQUEST_ID_HEADER, requestIdOf } from './request-telemetry.js';
import type { TlsPair } from '../credentials/access-files.js';
import { clientErrorAnswers, FINISH_ANSWERS_MS, followAnswers } from '../errors/client-errors.js';

/** The limit on request line and headers together: the WFM asks for thousands of agents in one GET. */
export const MAX_HEADER_BYTES = 512 * 1024;

/**
 * How long a request may take to arrive, so that slow senders do not hold connections for ever. `allowSlowBody` lifts
 * the limit.
 */
export const REQUEST_TIMEOUT_MS = 60_000;

/** Long enough for a chat platform to keep its connections between events. */
export const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** How often connections are checked for requests that exceed the limit. */
export const REQUEST_TIMEOUT_CHECK_MS = 30_000;

/** Lenient reading happens before validation, by rules of our own, so the compiled schemas must not change anything. */
export const SCHEMA_OPTIONS = { coerceTypes: false, removeAdditional: false, useDefaults: false } as const;

/** How long a request may take to arrive, and how often that is checked. */
export interface RequestTimeout {
  readonly timeoutMs: number;
  readonly checkMs: number;
}

const REQUEST_TIMEOUT: RequestTimeout = {
  timeoutMs: REQUEST_TIMEOUT_MS,
  checkMs: REQUEST_TIMEOUT_CHECK_MS,
};

export interface HttpAppOptions {
  readonly requestTimeout?: RequestTimeout;
  /** See {@link FINISH_ANSWERS_MS}. */
  readonly finishAnswersMs?: number;
  /** Serves HTTPS with it; HTTP if `undefined`. */
  readonly tls?: TlsPair | undefined;
}

/** Adds hooks and parsers to the HTTP server, before any route exists. */
export type ServerExtension = (server: FastifyInstance) => void;

/** Creates an HTTP application from a Nest module, which answers errors as the spec asks. */
export async function createHttpApp(
  module: DynamicModule,
  logger: Logger,
  extensions: readonly ServerExtension[] = [],
  {
    requestTimeout: { timeoutMs, checkMs } = REQUEST_TIMEOUT,
    finishAnswersMs = FINISH_ANSWERS_MS,
    tls,
  }: HttpAppOptions = {},
): Promise<NestFastifyApplication> {
  const serverOptions = {
    maxHeaderSize: MAX_HEADER_BYTES,
    // The server's limit for requests is at least the one for headers.
    headersTimeout: timeoutMs,
    connectionsCheckingInterval: checkMs,
  };
  const adapter = new FastifyAdapter({
    ...(tls === undefined ? { http: serverOptions } : { https: { ...serverOptions, ...tls } }),
    requestTimeout: timeoutMs,
    clientErrorHandler: clientErrorAnswers(finishAnswersMs),
    requestIdHeader: false,
    genReqId: requestIdOf,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    ajv: { customOptions: SCHEMA_OPTIONS },
    routerOptions: { maxParamLength: 1024 },
    // Requests that the router refuses do not reach any filter.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void reply.code(400).header(REQUEST_ID_HEADER, request.id).send(BAD_ADDRESS),
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  followAnswers(server);
  identifyRequests(server);
  server.decorateRequest('apiKey', undefined);
  for (const extend of extensions) extend(server);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ApiErrorFilter(logger));
  return app;
}
