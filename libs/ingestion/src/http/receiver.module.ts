import { Module, type DynamicModule } from '@nestjs/common';
import type { EventAppender } from '#event-log';
import { wallClock, type Logger, type Metrics } from '#telemetry';
import { ContactController } from './contact.controller.js';
import { DirectoryValidator } from '../directories/directory-validator.js';
import { EventsController } from './events.controller.js';
import { IngestionEndpoint } from './ingestion-endpoint.js';
import { Ingestion } from '../writing/ingestion.js';
import { PersonnelController } from '../directories/personnel.controller.js';
import { RECEIVER_CLOCK } from './receiver-clock.js';
import { EventValidator } from '../validation/event-validator.js';
import { LineValidator } from '../validation/line-validator.js';
import { UnavailabilityLog } from './unavailability-log.js';
import { StatusController } from './status.controller.js';
import type { TimeLimits } from '../rejections/time-limits.js';
import { UploadEndpoint } from './upload-endpoint.js';

export interface ReceiverParts {
  readonly log: EventAppender;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly limits: TimeLimits;
  /** The receiver's clock, in milliseconds since the Unix epoch. */
  readonly now?: () => number;
  /** How long an upload may send nothing, in milliseconds. */
  readonly uploadIdleMs?: number;
}

/** Accepts events over HTTP and writes them to the log. Its server needs {@link registerIngestionHooks}. */
@Module({})
export class ReceiverModule {
  static register({
    log,
    metrics,
    logger,
    limits,
    now = wallClock,
    uploadIdleMs,
  }: ReceiverParts): DynamicModule {
    const ingestion = new Ingestion(log, metrics, now);
    const validator = new EventValidator(limits, now);
    const unavailability = new UnavailabilityLog(logger);
    const endpoint = new IngestionEndpoint(ingestion, validator, unavailability, logger, now);
    const lineValidator = new LineValidator(validator, now);
    const uploads = new UploadEndpoint(ingestion, lineValidator, unavailability, logger, uploadIdleMs);
    return {
      module: ReceiverModule,
      controllers: [StatusController, ContactController, EventsController, PersonnelController],
      providers: [
        { provide: IngestionEndpoint, useValue: endpoint },
        { provide: UploadEndpoint, useValue: uploads },
        { provide: Ingestion, useValue: ingestion },
        { provide: DirectoryValidator, useValue: new DirectoryValidator() },
        { provide: RECEIVER_CLOCK, useValue: now },
      ],
    };
  }
}

export { registerIngestionHooks } from './ingestion-hooks.js';
