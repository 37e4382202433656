import type { MessageKind } from './message-kind.js';
import { wellFormed, type Rejection } from './rejection.js';
import type { Reading } from './submission.js';
import { checkTime, type TimeLimits } from './time-limits.js';
import { rejectionOf, type SchemaFault } from './validation-rejection.js';

/** Whether a message is accepted as an event: there is one judge, whatever way a message came. */
export class Judge {
  constructor(
    private readonly limits: TimeLimits,
    private readonly now: () => number,
  ) {}

  /**
   * Why a message is not accepted, if it is not.
   *
   * @param fault the first fault that the schema of the kind finds in what was read.
   */
  rejectionOf<Dto>(
    kind: MessageKind<Dto>,
    reading: Reading,
    fault: SchemaFault | undefined,
  ): Rejection | undefined {
    if (reading.rejection !== undefined) return reading.rejection;
    if (fault !== undefined) return rejectionOf(fault);
    const dto = reading.parameters as Dto;
    return kind.check?.(dto) ?? checkTime(kind.timeOf(dto), this.now(), this.limits);
  }
}

/** The sending system as far as it can be told, for a dead letter; else empty. */
export function systemIdOf({ systemId }: Readonly<Record<string, unknown>>): string {
  return typeof systemId === 'string' ? wellFormed(systemId) : '';
}
