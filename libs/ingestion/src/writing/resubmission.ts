import type { EventAppender } from '#event-log';
import { wallClock, type Metrics } from '#telemetry';
import { Ingestion } from './ingestion.js';
import { EventValidator } from '../validation/event-validator.js';
import { LineValidator } from '../validation/line-validator.js';
import type { RawBody } from '../parsing/raw-body.js';
import type { TimeLimits } from '../rejections/time-limits.js';

export interface ResubmissionParts {
  readonly log: EventAppender;
  readonly metrics: Metrics;
  readonly limits: TimeLimits;
  /** The receiver's clock, in milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

/**
 * Accepts bodies of dead letters as if they were posted once more, except that one that is rejected again does not
 * become another dead letter.
 *
 * @returns a function that resolves with `undefined` once the event is durable, or with the reason for its rejection;
 * it rejects with `LogUnavailableError` if the event cannot be made durable. `systems` are those whose events are
 * accepted, all if `undefined`.
 */
export function resubmission({ log, metrics, limits, now = wallClock }: ResubmissionParts) {
  const ingestion = new Ingestion(log, metrics, now);
  const validator = new LineValidator(new EventValidator(limits, now), now);
  return async (type: 'status' | 'contact', body: RawBody, systems: readonly string[] | undefined) => {
    const result = validator.validateAs(type, body, systems);
    if ('rejection' in result) {
      ingestion.refused(type);
      return result.rejection;
    }
    await ingestion.accept(result);
    return undefined;
  };
}
