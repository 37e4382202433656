import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors, RequiresRole, RETRY_AFTER } from '#edge';
import { UPLOAD_EXAMPLES, UploadAnswer, UploadUnavailableAnswer } from './upload-answer.js';
import { UploadEndpoint } from './upload-endpoint.js';
import { UPLOAD_CONTENT_TYPE } from './upload-hooks.js';

const LINES = `{"systemId":"External system","workerId":"1","stateCode":"Work","stateName":"Work","actionTime":1577873436,"action":1}\n`;

/** `POST /ccwfm/api/rest/events`: see `docs/semantics.md` 6. */
@Controller('ccwfm/api/rest/events')
@RequiresRole('ingest')
export class EventsController {
  constructor(@Inject(UploadEndpoint) private readonly endpoint: UploadEndpoint) {}

  @Post()
  @ApiTags('ingestion')
  @ApiOperation({
    operationId: 'postEvents',
    summary: 'Sends many events at once',
    description:
      'An extension: each line is a status or contact event, validated like a single post. Lines that are rejected become dead letters and do not fail the request.',
  })
  @ApiConsumes(UPLOAD_CONTENT_TYPE)
  @ApiBody({
    required: true,
    description: 'One JSON object per line.',
    schema: { type: 'string', format: 'binary', examples: [LINES] },
  })
  @ApiOkResponse({
    description: 'Every line is stored durably.',
    type: UploadAnswer,
    example: UPLOAD_EXAMPLES.ACCEPTED,
  })
  @ApiErrors(401, 403, 408, 415, 429)
  @ApiResponse({
    status: 503,
    description: 'Some lines could not be stored durably.',
    type: UploadUnavailableAnswer,
    example: UPLOAD_EXAMPLES.UNAVAILABLE,
    headers: RETRY_AFTER,
  })
  @RouteConfig({ upload: true })
  async receive(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.endpoint.receive(request, reply);
  }
}
