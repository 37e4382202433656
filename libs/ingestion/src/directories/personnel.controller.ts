import { Controller, Inject, Put, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ApiError,
  ApiErrors,
  forbiddenSystemError,
  maySpeakFor,
  permittedSystems,
  RequiresRole,
  UNAVAILABLE,
  UNAVAILABLE_RETRY_AFTER_SECONDS,
} from '#edge';
import { LogUnavailableError, Topic } from '#event-log';
import { DirectoryValidator } from './directory-validator.js';
import { documentedSchema } from '../http/documented-schema.js';
import { Ingestion } from '../writing/ingestion.js';
import { PERSONNEL_BODY, type ReadDirectory } from './validate-directory.js';
import { directoryTooLargeRejection, MAX_PERSONNEL_BYTES } from './personnel-body.js';
import { NO_BODY, type RawBody } from '../parsing/raw-body.js';
import type { Rejection } from '../rejections/rejection.js';
import { RECEIVER_CLOCK } from '../http/receiver-clock.js';

/**
 * `PUT /ccwfm/api/rest/personnel`: see `docs/semantics.md` 5. An administrator calls it and sees the answer, so an
 * invalid directory is answered 400 and changes nothing; there are no dead letters.
 */
@Controller('ccwfm/api/rest/personnel')
@RequiresRole('ingest')
export class PersonnelController {
  constructor(
    @Inject(Ingestion) private readonly ingestion: Ingestion,
    @Inject(DirectoryValidator) private readonly validator: DirectoryValidator,
    @Inject(RECEIVER_CLOCK) private readonly now: () => number,
  ) {}

  @Put()
  @ApiTags('ingestion')
  @ApiOperation({
    operationId: 'putPersonnel',
    summary: 'Replaces the directory of a system',
    description:
      'An extension: replaces all services, groups and agents of a system. An invalid directory is answered 400 and changes nothing.',
  })
  @ApiBody({ required: true, schema: documentedSchema(PERSONNEL_BODY) })
  @ApiNoContentResponse({ description: 'The directory is stored durably and in force.' })
  @ApiErrors(400, 401, 403, 408, 413, 429, 503)
  @RouteConfig({ personnel: true, maxBodyBytes: MAX_PERSONNEL_BYTES })
  async replace(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { systemId, outcome } = await this.read(request.rawBody ?? NO_BODY);
    if (!maySpeakFor(permittedSystems(request), systemId)) {
      this.ingestion.refused('personnel');
      throw forbiddenSystemError(systemId);
    }
    if ('rejection' in outcome) throw this.refusal(outcome.rejection);
    try {
      const { record } = outcome;
      await this.ingestion.accept({ type: 'personnel', topic: Topic.personnel, record, systemId });
      void reply.code(204).send();
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
      void reply.code(503).header('Retry-After', UNAVAILABLE_RETRY_AFTER_SECONDS).send(UNAVAILABLE);
    }
  }

  /** @throws ApiError if it is not a directory. */
  private async read({ bytes, tooLarge }: RawBody): Promise<ReadDirectory> {
    if (tooLarge) throw this.refusal(directoryTooLargeRejection);
    const validation = await this.validator.validate(bytes, this.now());
    if ('rejection' in validation) throw this.refusal(validation.rejection);
    return validation;
  }

  private refusal({ reason, field, message, description }: Rejection): ApiError {
    this.ingestion.refused('personnel');
    return new ApiError(reason === 'too_large' ? 413 : 400, { field, message, description });
  }
}
