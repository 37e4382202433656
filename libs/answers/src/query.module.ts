import { Module, type DynamicModule } from '@nestjs/common';
import type { QueryStore } from '#store';
import { wallClock, type Logger, type Metrics } from '#telemetry';
import { Answering } from './answering.js';
import { ContactQueriesController } from './contact-queries.controller.js';
import { PersonnelQueryController } from './personnel-query.controller.js';
import { CLOCK, QUERY_STORE, StateQueriesController } from './state-queries.controller.js';
import { WhichSystem } from './which-system.js';

export interface QueryParts {
  readonly store: QueryStore;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly defaultSystemId: string | undefined;
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

/** Answers the WFM's methods from the store. */
@Module({})
export class QueryModule {
  static with({ store, metrics, logger, defaultSystemId, now = wallClock }: QueryParts): DynamicModule {
    return {
      module: QueryModule,
      controllers: [StateQueriesController, ContactQueriesController, PersonnelQueryController],
      providers: [
        { provide: QUERY_STORE, useValue: store },
        { provide: CLOCK, useValue: now },
        { provide: WhichSystem, useValue: new WhichSystem(store, defaultSystemId) },
        { provide: Answering, useValue: new Answering(metrics, logger) },
      ],
    };
  }
}
