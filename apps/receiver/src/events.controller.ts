import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DescribesErrors, Requires } from '#edge';
import { UploadAnswer, UploadUnavailableAnswer } from './upload-answer.js';
import { UploadEndpoint } from './upload-endpoint.js';
import { UPLOAD_CONTENT_TYPE } from './upload-hooks.js';

/** `POST /ccwfm/api/rest/events`: see `docs/semantics.md` 6. */
@Controller('ccwfm/api/rest/events')
@Requires('ingest')
export class EventsController {
  constructor(@Inject(UploadEndpoint) private readonly endpoint: UploadEndpoint) {}

  @Post()
  @ApiTags('ingestion')
  @ApiOperation({
    operationId: 'postEvents',
    summary: 'Many events at once',
    description:
      'An extension: a status or contact event a line. Each is judged as a single post is; lines that are not accepted become dead letters, and do not make the request fail.',
  })
  @ApiConsumes(UPLOAD_CONTENT_TYPE)
  @ApiBody({ required: true, description: 'Lines of JSON.', schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ description: 'Every line is durable.', type: UploadAnswer })
  @DescribesErrors(401, 403, 408, 415, 429)
  @ApiResponse({
    status: 503,
    description: 'Not every line could be written durably.',
    type: UploadUnavailableAnswer,
  })
  @RouteConfig({ upload: true })
  async receive(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.endpoint.receive(request, reply);
  }
}
