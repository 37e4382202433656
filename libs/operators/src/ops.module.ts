import { Module, type DynamicModule } from '@nestjs/common';
import { wallClock } from '#telemetry';
import { AnomaliesController } from './timelines/anomalies.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { JsonResponder } from '#answers';
import { OpsSystemsController } from './systems/ops-systems.controller.js';
import { AuditController } from './audit/audit.controller.js';
import {
  AGENT_HISTORY,
  ANOMALIES,
  AUDITS,
  DEAD_LETTERS,
  OPS_CLOCK,
  OPS_LIMITS,
  SYSTEMS_STORE,
  type OpsPorts,
} from './ops-ports.js';
import { Resending } from './dead-letters/resending.js';
import { TimelineController } from './timelines/timeline.controller.js';

/**
 * Serves the operators' methods: rejected messages, anomalies, and the reasons behind answers. The composing program
 * has to register hooks that turn request bodies into {@link ReceivedBody}.
 */
@Module({})
export class OpsModule {
  static register({
    deadLetters,
    anomalies,
    history,
    audits,
    systems,
    metrics,
    logger,
    resubmitting,
    limits,
    now = wallClock,
  }: OpsPorts): DynamicModule {
    return {
      module: OpsModule,
      controllers: [
        DeadLettersController,
        AnomaliesController,
        TimelineController,
        AuditController,
        OpsSystemsController,
      ],
      providers: [
        { provide: DEAD_LETTERS, useValue: deadLetters },
        { provide: ANOMALIES, useValue: anomalies },
        { provide: AGENT_HISTORY, useValue: history },
        { provide: AUDITS, useValue: audits },
        { provide: SYSTEMS_STORE, useValue: systems },
        { provide: OPS_CLOCK, useValue: now },
        { provide: JsonResponder, useValue: new JsonResponder(metrics, logger) },
        { provide: OPS_LIMITS, useValue: limits },
        { provide: Resending, useValue: new Resending(deadLetters, resubmitting, now) },
      ],
    };
  }
}
