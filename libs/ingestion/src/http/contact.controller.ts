import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { RouteConfig, RouteSchema } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequiresRole } from '#edge';
import { CONTACT_MESSAGE } from '../messages/contact-message.js';
import { ApiIngestion } from './api-ingestion.js';
import { IngestionEndpoint } from './ingestion-endpoint.js';

/** `POST /ccwfm/api/rest/contact`: see `docs/semantics.md` 4. */
@Controller('ccwfm/api/rest/contact')
@RequiresRole('ingest')
export class ContactController {
  constructor(@Inject(IngestionEndpoint) private readonly endpoint: IngestionEndpoint) {}

  @Post()
  @ApiIngestion({
    operationId: 'postContact',
    summary: 'Sends a step in the life of a contact',
    description: 'An extension, modelled on the status method: one message per step.',
    schema: CONTACT_MESSAGE.schema,
  })
  @RouteSchema({ body: CONTACT_MESSAGE.schema })
  @RouteConfig({ ingestion: { reader: CONTACT_MESSAGE.reader } })
  async receive(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.endpoint.receive(request, reply, CONTACT_MESSAGE);
  }
}
