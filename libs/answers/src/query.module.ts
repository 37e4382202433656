import { Module, type DynamicModule } from '@nestjs/common';
import type { QueryStore } from '#store';
import { wallClock, type Logger, type Metrics } from '#telemetry';
import { JsonResponder } from './json-responder.js';
import { ContactQueriesController } from './contact-queries.controller.js';
import { PersonnelQueryController } from './personnel-query.controller.js';
import { CLOCK, QUERY_STORE, StateQueriesController } from './state-queries.controller.js';
import { SystemResolver } from './system-resolver.js';

export interface QueryParts {
  readonly store: QueryStore;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly defaultSystemId: string | undefined;
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

/** Serves the WFM's methods from the store. */
@Module({})
export class QueryModule {
  static register({ store, metrics, logger, defaultSystemId, now = wallClock }: QueryParts): DynamicModule {
    return {
      module: QueryModule,
      controllers: [StateQueriesController, ContactQueriesController, PersonnelQueryController],
      providers: [
        { provide: QUERY_STORE, useValue: store },
        { provide: CLOCK, useValue: now },
        { provide: SystemResolver, useValue: new SystemResolver(store, defaultSystemId) },
        { provide: JsonResponder, useValue: new JsonResponder(metrics, logger) },
      ],
    };
  }
}
