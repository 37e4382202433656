import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Requires } from '#edge';
import { UploadEndpoint } from './upload-endpoint.js';

/** `POST /ccwfm/api/rest/events`: see `docs/semantics.md` 6. */
@Controller('ccwfm/api/rest/events')
@Requires('ingest')
export class EventsController {
  constructor(@Inject(UploadEndpoint) private readonly endpoint: UploadEndpoint) {}

  @Post()
  @RouteConfig({ upload: true })
  async receive(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.endpoint.receive(request, reply);
  }
}
