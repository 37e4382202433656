import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Metrics } from '#telemetry';

export const METRICS = Symbol('Metrics');
export const METRICS_REFRESHERS = Symbol('MetricsRefreshers');

/** Brings gauges up to date before they are scraped. */
export type MetricsRefresher = () => Promise<void>;

@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(METRICS_REFRESHERS) private readonly refreshers: readonly MetricsRefresher[],
  ) {}

  @Get()
  async scrape(@Res() reply: FastifyReply): Promise<void> {
    // A gauge that cannot be brought up to date must not hide the others.
    await Promise.allSettled(this.refreshers.map((refresh) => refresh()));
    const { registry } = this.metrics;
    await reply.type(registry.contentType).send(await registry.metrics());
  }
}
