import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { RouteConfig, RouteSchema } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NOT_STATED, requiresWorker, type ContactEvent } from '#domain';
import { encodeContactRecord, Topic } from '#event-log';
import { bodySchemaOf } from './body-schema.js';
import { ContactEventDto } from './contact-event.dto.js';
import { IngestionEndpoint, type MessageKind } from './ingestion-endpoint.js';
import { missingField } from './rejection.js';
import { SubmissionReader } from './submission.js';
import { actionTimeMs } from './time-limits.js';

const BODY = bodySchemaOf(ContactEventDto);

/** Contact events as messages: how they are judged and written. */
export const CONTACT_MESSAGE: MessageKind<ContactEventDto> = {
  type: 'contact',
  topic: Topic.contact,
  timeOf: (dto) => actionTimeMs(dto.actionTime),
  encode: (dto, receivedAt) => encodeContactRecord({ event: toEvent(dto), receivedAt }),
  check: ({ action, workerId }) =>
    requiresWorker(action) && workerId === undefined ? missingField('workerId') : undefined,
};

/** `POST /ccwfm/api/rest/contact`: see `docs/semantics.md` 4. */
@Controller('ccwfm/api/rest/contact')
export class ContactController {
  constructor(@Inject(IngestionEndpoint) private readonly endpoint: IngestionEndpoint) {}

  @Post()
  @RouteSchema({ body: BODY })
  @RouteConfig({ ingestion: { reader: new SubmissionReader(BODY, []) } })
  async receive(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.endpoint.receive(request, reply, CONTACT_MESSAGE);
  }
}

function toEvent(dto: ContactEventDto): ContactEvent {
  return {
    systemId: dto.systemId,
    contactId: dto.contactId,
    groupId: dto.groupId,
    actionTime: actionTimeMs(dto.actionTime),
    action: dto.action,
    workerId: dto.workerId ?? NOT_STATED,
    customerId: dto.customerId ?? NOT_STATED,
    channelType: dto.channelType ?? NOT_STATED,
  };
}
