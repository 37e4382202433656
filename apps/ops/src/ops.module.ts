import { Module, type DynamicModule } from '@nestjs/common';
import { wallClock } from '#telemetry';
import { AnomaliesController } from './anomalies.controller.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { AuditController } from './audit.controller.js';
import { AGENT_HISTORY, ANOMALIES, AUDITS, DEAD_LETTERS, OPS_LIMITS, type OpsPorts } from './ops-ports.js';
import { Resending } from './resending.js';
import { TimelineController } from './timeline.controller.js';

/**
 * Answers operators: what was not accepted, what is odd, and why an answer is what it is. Bodies of its server's requests
 * come as {@link ReceivedBody}: its composer sees to that.
 */
@Module({})
export class OpsModule {
  static with({
    deadLetters,
    anomalies,
    history,
    audits,
    resubmitting,
    limits,
    now = wallClock,
  }: OpsPorts): DynamicModule {
    return {
      module: OpsModule,
      controllers: [DeadLettersController, AnomaliesController, TimelineController, AuditController],
      providers: [
        { provide: DEAD_LETTERS, useValue: deadLetters },
        { provide: ANOMALIES, useValue: anomalies },
        { provide: AGENT_HISTORY, useValue: history },
        { provide: AUDITS, useValue: audits },
        { provide: OPS_LIMITS, useValue: limits },
        { provide: Resending, useValue: new Resending(deadLetters, resubmitting, now) },
      ],
    };
  }
}
