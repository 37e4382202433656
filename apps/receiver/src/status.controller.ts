import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { RouteConfig, RouteSchema } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NO_GROUP, type StatusEvent } from '#domain';
import { encodeStatusRecord, Topic } from '#event-log';
import { bodySchemaOf } from './body-schema.js';
import { IngestionEndpoint } from './ingestion-endpoint.js';
import { StatusEventDto } from './status-event.dto.js';
import { SubmissionReader } from './submission.js';
import { actionTimeMs } from './time-limits.js';

const BODY = bodySchemaOf(StatusEventDto);

/** `POST /ccwfm/api/rest/status` (spec 4.1): see `docs/semantics.md` 1. */
@Controller('ccwfm/api/rest/status')
export class StatusController {
  constructor(@Inject(IngestionEndpoint) private readonly endpoint: IngestionEndpoint) {}

  @Post()
  @RouteSchema({ body: BODY })
  @RouteConfig({ ingestion: { reader: new SubmissionReader(BODY, ['stateName']) } })
  async receive(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.endpoint.receive(request, reply, {
      type: 'status',
      topic: Topic.status,
      timeOf: (dto: StatusEventDto) => actionTimeMs(dto.actionTime),
      encode: (dto: StatusEventDto, receivedAt) => encodeStatusRecord({ event: toEvent(dto), receivedAt }),
    });
  }
}

function toEvent(dto: StatusEventDto): StatusEvent {
  return {
    systemId: dto.systemId,
    workerId: dto.workerId,
    groupId: dto.groupId ?? NO_GROUP,
    stateCode: dto.stateCode,
    stateName: dto.stateName,
    actionTime: actionTimeMs(dto.actionTime),
    action: dto.action === 1 ? 'enter' : 'exit',
  };
}
