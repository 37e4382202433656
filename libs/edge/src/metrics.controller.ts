import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Exposition } from '#telemetry';
import { Requires } from './credentials/requires.js';

export const SCRAPE = Symbol('Scrape');

/** Brings the metrics up to date and writes them down. */
export type Scrape = () => Promise<Exposition>;

/** `/metrics`, for Prometheus. */
@Controller('metrics')
@Requires('ops')
export class MetricsController {
  constructor(@Inject(SCRAPE) private readonly scrape: Scrape) {}

  @Get()
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, text } = await this.scrape();
    await reply.type(contentType).send(text);
  }
}
