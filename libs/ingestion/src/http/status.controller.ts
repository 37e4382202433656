import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { RouteConfig, RouteSchema } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequiresRole } from '#edge';
import { ApiIngestion } from './api-ingestion.js';
import { IngestionEndpoint } from './ingestion-endpoint.js';
import { STATUS_MESSAGE } from '../messages/status-message.js';

/** `POST /ccwfm/api/rest/status` (spec 4.1): see `docs/semantics.md` 1. */
@Controller('ccwfm/api/rest/status')
@RequiresRole('ingest')
export class StatusController {
  constructor(@Inject(IngestionEndpoint) private readonly endpoint: IngestionEndpoint) {}

  @Post()
  @ApiIngestion({
    operationId: 'postStatus',
    summary: "Sends a change of an agent's state",
    description: 'Spec 4.1: one message when a state is entered, another when it is left.',
    schema: STATUS_MESSAGE.schema,
  })
  @RouteSchema({ body: STATUS_MESSAGE.schema })
  @RouteConfig({ ingestion: { reader: STATUS_MESSAGE.reader } })
  async receive(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.endpoint.receive(request, reply, STATUS_MESSAGE);
  }
}
