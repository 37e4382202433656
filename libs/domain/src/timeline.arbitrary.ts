import fc from 'fast-check';
import type { TimelineEvent } from './status-event.js';

/**
 * The seed of this run's properties: `FC_SEED`, or a new one. Test names contain it, so that a failure can be
 * reproduced.
 */
export const propertySeed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Few codes and instants, so that repeats, switches within one second and contradictions are common. */
const anyEventUpTo = (lastSecond: number): fc.Arbitrary<TimelineEvent> =>
  fc.record({
    stateCode: fc.constantFrom('Work', 'Break', 'Lunch', '\uff5e', '\u{1f600}'),
    stateName: fc.constantFrom('a', 'b', '\uff5e', '\u{1f600}'),
    actionTime: fc.integer({ min: 0, max: lastSecond }).map((n) => n * 1000),
    action: fc.constantFrom('enter', 'exit'),
  });

/** Spread over some time, or so dense that whole groups of enters and exits share an instant. */
export const anyTimeline: fc.Arbitrary<TimelineEvent[]> = fc.oneof(
  fc.array(anyEventUpTo(24), { maxLength: 30 }),
  fc.array(anyEventUpTo(5), { maxLength: 30 }),
);
