import type { SeededRandom } from '#oracle';

const DAY_SECONDS = 86_400;
/** The Unix time of the oldest event, in seconds: within any retention, and never ahead of the clock. */
const BEGIN = Math.floor(Date.now() / 1000) - 3 * DAY_SECONDS;

/** A valid event before it is written in some way. */
export interface GeneratedEvent {
  readonly parameters: Readonly<Record<string, string | number>>;
  /** The required parameters. */
  readonly required: readonly string[];
  /** Equal for events with the same identity. */
  readonly identity: string;
}

/** A status event of so few workers and instants that repeats are common. */
export function generatedStatus(random: SeededRandom): GeneratedEvent {
  const identifying = {
    systemId: `system ${random.integer(1, 3)}`,
    workerId: `${random.integer(1, 100)}`,
    stateCode: random.pick(['Work', 'Break', '\u{1f600}', '午']),
    actionTime: BEGIN + 60 * random.integer(0, 500),
    action: random.integer(0, 1),
  };
  const parameters = { ...identifying, stateName: random.pick(['', 'at "work"', 'Перерыв', 'M\u00fcde']) };
  return { parameters, required: Object.keys(parameters), identity: JSON.stringify(identifying) };
}

/** A contact step, likewise. */
export function generatedStep(random: SeededRandom): GeneratedEvent {
  const parameters = {
    systemId: `system ${random.integer(1, 3)}`,
    contactId: `contact ${random.integer(1, 400)}`,
    groupId: `${random.integer(1, 3)}`,
    workerId: `${random.integer(1, 100)}`,
    actionTime: BEGIN + 60 * random.integer(0, 20),
    action: random.pick(['queued', 'offered', 'answered', 'finished', 'abandoned']),
  };
  const required = ['systemId', 'groupId', 'actionTime', 'action'];
  return { parameters, required, identity: JSON.stringify(parameters) };
}
