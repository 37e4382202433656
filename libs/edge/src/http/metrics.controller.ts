import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Exposition } from '#telemetry';
import { ApiErrors } from '../errors/api-errors.js';
import { RequiresRole } from '../credentials/route-access.js';

export const SCRAPE = Symbol('Scrape');

/** Refreshes the metrics and formats them. */
export type Scrape = () => Promise<Exposition>;

/** `/metrics`, for Prometheus. */
@Controller('metrics')
@RequiresRole('ops')
@ApiTags('operations')
export class MetricsController {
  constructor(@Inject(SCRAPE) private readonly scrape: Scrape) {}

  @Get()
  @ApiOperation({
    summary: 'Returns metrics for Prometheus',
    description: 'docs/metrics.md explains each metric.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({
    description: 'The metrics in the text format of Prometheus.',
    schema: { type: 'string' },
    example: 'wfm_active_agents 2\n',
  })
  @ApiErrors(401, 403, 429, 500)
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, text } = await this.scrape();
    await reply.type(contentType).send(text);
  }
}
