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

/** The longest request line and headers together: WFM asks for thousands of agents in one GET. */
export const MAX_HEADER_BYTES = 512 * 1024;

/**
 * A request has to arrive within this time, so that slow senders do not hold their connections for ever; but for those
 * that `allowSlowBody` was called for.
 */
export const REQUEST_TIMEOUT_MS = 60_000;

/** Long enough for a chat platform to keep its connections between events. */
export const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** How often it is looked for requests that take longer than that. */
export const REQUEST_TIMEOUT_CHECK_MS = 30_000;

/** Bodies are read leniently by our own rules first; a compiled schema then judges and changes nothing. */
export const SCHEMA_OPTIONS = { coerceTypes: false, removeAdditional: false, useDefaults: false } as const;

/** How long a request may take to arrive, and how often that is looked at. */
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
  /** Served with it over TLS; else without. */
  readonly tls?: TlsPair | undefined;
}

/** Adds hooks and parsers to the HTTP server, before any route exists. */
export type ServerExtension = (server: FastifyInstance) => void;

/** An application over HTTP that answers errors as the spec asks, for the given Nest module. */
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
    // Of the time limits of headers and of whole requests, the server takes the longer for the latter.
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
    // What the router refuses does not come to any filter.
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
