import type { SeededRandom } from '#oracle';

const DAY_SECONDS = 86_400;
/** The Unix time of the oldest event, in seconds: within any retention, and never ahead of the clock. */
const BEGIN = Math.floor(Date.now() / 1000) - 3 * DAY_SECONDS;

/** An event that every sender may send, before anything is done to it. */
export interface GeneratedEvent {
  readonly parameters: Readonly<Record<string, string | number>>;
  /** The parameters that have to be there. */
  readonly required: readonly string[];
  /** Equal for events that are the same by what identifies them. */
  readonly identity: string;
}

/** An event out of so few workers and instants that repeats are ordinary. */
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

/** A step of a contact, likewise. */
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
