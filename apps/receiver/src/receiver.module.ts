import { Module, type DynamicModule } from '@nestjs/common';
import type { EventLog } from '#event-log';
import type { Logger, Metrics } from '#telemetry';
import { ContactController } from './contact.controller.js';
import { IngestionEndpoint } from './ingestion-endpoint.js';
import { Ingestion } from './ingestion.js';
import { PersonnelController } from './personnel.controller.js';
import { RECEIVER_CLOCK } from './receiver-clock.js';
import { StatusController } from './status.controller.js';
import type { TimeLimits } from './time-limits.js';

export interface ReceiverParts {
  readonly log: EventLog;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly limits: TimeLimits;
  /** The receiver's clock, in milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

/** Takes events over HTTP and writes them to the log. Its server needs {@link registerIngestionHooks}. */
@Module({})
export class ReceiverModule {
  static with({ log, metrics, logger, limits, now = Date.now }: ReceiverParts): DynamicModule {
    const ingestion = new Ingestion(log, metrics, now);
    const endpoint = new IngestionEndpoint(ingestion, limits, logger, now);
    return {
      module: ReceiverModule,
      controllers: [StatusController, ContactController, PersonnelController],
      providers: [
        { provide: IngestionEndpoint, useValue: endpoint },
        { provide: Ingestion, useValue: ingestion },
        { provide: RECEIVER_CLOCK, useValue: now },
      ],
    };
  }
}

export { registerIngestionHooks } from './ingestion-hooks.js';
