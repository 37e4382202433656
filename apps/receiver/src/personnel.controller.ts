import { Controller, Inject, Put, Req, Res } from '@nestjs/common';
import { RouteConfig, RouteSchema } from '@nestjs/platform-fastify';
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ApiError,
  DescribesErrors,
  forbiddenSystem,
  maySpeakFor,
  permittedSystems,
  Requires,
  UNAVAILABLE,
} from '#edge';
import { encodePersonnelRecord, LogUnavailableError, Topic } from '#event-log';
import { bodySchemaOf } from './body-schema.js';
import { documentedSchema } from './documented-schema.js';
import { RETRY_AFTER_SECONDS } from './ingestion-endpoint.js';
import { Ingestion } from './ingestion.js';
import { MAX_PERSONNEL_BYTES, readPersonnel, repeatedIdRejection } from './personnel-body.js';
import { PersonnelDto } from './personnel.dto.js';
import type { Rejection } from './rejection.js';
import { RECEIVER_CLOCK } from './receiver-clock.js';
import { rejectionOf } from './validation-rejection.js';

const BODY = bodySchemaOf(PersonnelDto);

/**
 * `PUT /ccwfm/api/rest/personnel`: see `docs/semantics.md` 5. An administrator calls it and sees the answer, so what
 * is wrong is answered 400 and changes nothing; there are no dead letters.
 */
@Controller('ccwfm/api/rest/personnel')
@Requires('ingest')
export class PersonnelController {
  constructor(
    @Inject(Ingestion) private readonly ingestion: Ingestion,
    @Inject(RECEIVER_CLOCK) private readonly now: () => number,
  ) {}

  @Put()
  @ApiTags('ingestion')
  @ApiOperation({
    operationId: 'putPersonnel',
    summary: 'The directory of a system, as a whole',
    description:
      'An extension: services, groups and agents, in the place of those that were put before. What is wrong with it is answered and changes nothing.',
  })
  @ApiBody({ required: true, schema: documentedSchema(BODY) })
  @ApiNoContentResponse({ description: 'The directory is durable and in force.' })
  @DescribesErrors(400, 401, 403, 408, 413, 429, 503)
  @RouteSchema({ body: BODY })
  @RouteConfig({ personnel: true, maxBodyBytes: MAX_PERSONNEL_BYTES })
  async replace(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.refuse(judge(request));
    const { systemId, directory } = readPersonnel(request.body as PersonnelDto);
    if (!maySpeakFor(permittedSystems(request), systemId)) {
      this.ingestion.refused('personnel');
      throw forbiddenSystem(systemId);
    }
    this.refuse(repeatedIdRejection(directory));
    try {
      const record = encodePersonnelRecord({ systemId, directory, receivedAt: this.now() });
      await this.ingestion.accept({ type: 'personnel', topic: Topic.personnel, record, systemId });
      void reply.code(204).send();
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
      void reply.code(503).header('Retry-After', RETRY_AFTER_SECONDS).send(UNAVAILABLE);
    }
  }

  /** @throws ApiError if there is something to refuse. */
  private refuse(rejection: Rejection | undefined): void {
    if (rejection === undefined) return;
    this.ingestion.refused('personnel');
    const { reason, field, message, description } = rejection;
    throw new ApiError(reason === 'too_large' ? 413 : 400, { field, message, description });
  }
}

function judge(request: FastifyRequest): Rejection | undefined {
  if (request.rejection !== undefined) return request.rejection;
  const fault = request.validationError?.validation?.[0];
  return fault === undefined ? undefined : rejectionOf(fault);
}
