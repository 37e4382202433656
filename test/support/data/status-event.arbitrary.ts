import fc from 'fast-check';
import type { StatusEvent } from '#domain';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Days near and far, so that views are widened by every step, but few instants a day, so that events collide. */
const anyTime = (origin: number) =>
  fc
    .tuple(
      fc.constantFrom(0, 0, 0, 1, 2, 3, 9, 40, 41, 300),
      fc.constantFrom(0, 6, 23),
      fc.integer({ min: 0, max: 4 }),
    )
    .map(([day, hour, second]) => origin + day * DAY + hour * HOUR + second * 1000);

/** Events on two timelines per worker, so dense that repeats and contradictions are common. */
export function anyStatusEvent(
  workers: number,
  { systemId = 's', origin = 1_700_000_000_000 } = {},
): fc.Arbitrary<StatusEvent> {
  return fc.record({
    systemId: fc.constant(systemId),
    workerId: fc.integer({ min: 1, max: workers }).map(String),
    groupId: fc.constantFrom('', 'g'),
    stateCode: fc.constantFrom('Work', 'Break', 'Lunch', '\uff5e', '\u{1f600}'),
    stateName: fc.constantFrom('a', 'b', '\uff5e', '\u{1f600}'),
    actionTime: anyTime(origin),
    action: fc.constantFrom('enter', 'exit'),
  });
}
