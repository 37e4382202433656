import { maySpeakFor } from '#edge';
import type { MessageKind } from '../messages/message-kind.js';
import { forbiddenSystemRejection, wellFormed, type Rejection } from '../rejections/rejection.js';
import type { Reading } from '../parsing/submission.js';
import { checkTime, type TimeLimits } from '../rejections/time-limits.js';
import { rejectionOf, type SchemaFault } from '../rejections/validation-rejection.js';

/** Decides whether a message is accepted as an event, by the same rules for every way of sending it. */
export class EventValidator {
  constructor(
    private readonly limits: TimeLimits,
    private readonly now: () => number,
  ) {}

  /**
   * Why a message is not accepted, if it is not.
   *
   * @param fault the first fault that the schema of the kind finds in the parameters.
   * @param permitted the systems that the sender may use; all if `undefined`.
   */
  rejectionOf<Dto>(
    kind: MessageKind<Dto>,
    reading: Reading,
    fault: SchemaFault | undefined,
    permitted?: readonly string[],
  ): Rejection | undefined {
    if (reading.rejection !== undefined) return reading.rejection;
    if (fault !== undefined) return rejectionOf(fault);
    if (!maySpeakFor(permitted, systemIdOf(reading.parameters))) return forbiddenSystemRejection;
    const dto = reading.parameters as Dto;
    return kind.check?.(dto) ?? checkTime(kind.timeOf(dto), this.now(), this.limits);
  }
}

/**
 * The system that a dead letter is filed under: never one that its sender may not use, whatever the body says.
 *
 * @param permitted the systems that the sender may use; all if `undefined`.
 */
export function systemOfDeadLetter(
  parameters: Readonly<Record<string, unknown>>,
  permitted: readonly string[] | undefined,
): string {
  const claimed = systemIdOf(parameters);
  if (maySpeakFor(permitted, claimed)) return claimed;
  return permitted?.length === 1 ? permitted[0]! : '';
}

/** The system that a body names, or an empty string if it names none. */
export function systemIdOf({ systemId }: Readonly<Record<string, unknown>>): string {
  return typeof systemId === 'string' ? wellFormed(systemId) : '';
}
