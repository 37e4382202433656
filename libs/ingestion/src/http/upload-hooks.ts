import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { allowSlowBody, type ApiErrorBody } from '#edge';

/** The media type of uploads. */
export const UPLOAD_CONTENT_TYPE = 'application/x-ndjson';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is handed over as a stream, of any size. */
    upload?: boolean;
  }
}

/** Makes upload routes accept their bodies as streams; other content types are refused. */
export function registerUploadHooks(server: FastifyInstance): void {
  server.addContentTypeParser(UPLOAD_CONTENT_TYPE, (_request, payload, done) => done(null, payload));
  server.addHook('onRoute', (route) => {
    if (route.config?.upload !== true) return;
    route.onRequest = (request, reply, done) => {
      const fault = faultOf(request);
      if (fault !== undefined) return refuse(reply, fault);
      allowSlowBody(request.raw);
      done();
    };
  });
}

function faultOf({ headers }: FastifyRequest): ApiErrorBody | undefined {
  const mediaType = headers['content-type']?.split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType !== UPLOAD_CONTENT_TYPE) return WRONG_CONTENT_TYPE;
  const encoding = headers['content-encoding'] ?? 'identity';
  return encoding.toLowerCase() === 'identity' ? undefined : COMPRESSED;
}

function refuse(reply: FastifyReply, fault: ApiErrorBody): void {
  void reply.code(415).header('Accept', UPLOAD_CONTENT_TYPE).send(fault);
}

const WRONG_CONTENT_TYPE: ApiErrorBody = {
  field: 'Content-Type',
  message: 'this content type is not supported',
  description: `Send one JSON object per line, with Content-Type: ${UPLOAD_CONTENT_TYPE}.`,
};

const COMPRESSED: ApiErrorBody = {
  field: 'Content-Encoding',
  message: 'this content encoding is not supported',
  description: 'Send the lines uncompressed.',
};
