import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Rejection } from '../rejections/rejection.js';
import { NO_BODY, readRawBody, type RawBody } from '../parsing/raw-body.js';
import type { SubmissionReader } from '../parsing/submission.js';
import { registerUploadHooks } from './upload-hooks.js';

/** The config of a route whose body is a fire-and-forget message. */
export interface IngestionRouteConfig {
  readonly reader: SubmissionReader;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as received, on routes for messages and directories. */
    rawBody: RawBody | undefined;
    /** Why the body could not be read as parameters. */
    rejection: Rejection | undefined;
  }
  interface FastifyContextConfig {
    ingestion?: IngestionRouteConfig;
    /** Whether the body is a directory. */
    personnel?: true;
    /** The largest body that the route accepts, if not that of an event. */
    maxBodyBytes?: number;
  }
}

/**
 * Makes routes with an {@link IngestionRouteConfig} read bodies of any content type, and pass those that the schema
 * does not accept on to their handlers: no request is refused here.
 */
export function registerIngestionHooks(server: FastifyInstance): void {
  server.decorateRequest('rawBody', undefined);
  server.decorateRequest('rejection', undefined);
  server.removeAllContentTypeParsers();
  // Naming JSON too spares the server from parsing the content type of each request.
  server.addContentTypeParser(['application/json', '*'], (request, payload, done) => {
    readRawBody(payload, request.routeOptions.config.maxBodyBytes).then(
      (body) => done(null, body),
      (error: Error) => done(error),
    );
  });
  registerUploadHooks(server);
  server.addHook('onRoute', (route) => {
    const { ingestion, personnel, anyBody } = route.config ?? {};
    if (ingestion === undefined && personnel === undefined && anyBody === undefined) return;
    route.onRequest = (request, _reply, done) => {
      // Bodies are read as JSON, whatever content type their sender declares.
      request.raw.headers['content-type'] = 'application/json';
      done();
    };
    if (anyBody === true) return;
    route.attachValidation = true;
    route.preValidation = (request, _reply, done) => {
      if (ingestion === undefined) request.rawBody = (request.body as RawBody | undefined) ?? NO_BODY;
      else readSubmission(request, ingestion.reader);
      done();
    };
  });
}

function readSubmission(request: FastifyRequest, reader: SubmissionReader): void {
  const rawBody = (request.body as RawBody | undefined) ?? NO_BODY;
  request.rawBody = rawBody;
  const reading = reader.read(rawBody);
  request.body = reading.parameters;
  request.rejection = reading.rejection;
}
