import { ONLINE_STATES } from './agent-states.js';
import {
  isContactStep,
  type CentreEvent,
  type ContactStep,
  type SeededRandom,
  type SimulatedEvent,
} from '#oracle';

/** How often each disturbance befalls an event: fractions from 0 to 1. */
export interface DisturbanceRates {
  /** Never sent. */
  readonly lost: number;
  /** Sent twice, sometimes under another name, or with another customer or channel. */
  readonly repeated: number;
  /** Sent a little before or after its turn. */
  readonly reordered: number;
  /** Sent much later, or as the very last. */
  readonly late: number;
  /** Another state is entered at the same instant; its exit may never come. */
  readonly contradicted: number;
}

/** What is sent, in order, and how often each disturbance happened on the way. */
export interface Delivery {
  readonly events: CentreEvent[];
  readonly counts: Record<keyof DisturbanceRates, number>;
}

const NEARBY_EVENTS = 100;
const RIVAL_STAY_MAX_SECONDS = 600;

interface Placed {
  readonly event: CentreEvent;
  /** Events are sent in ascending order of position; that of an undisturbed event is its index. */
  readonly position: number;
}

/**
 * What reaches the service of events that happened in the given order. Pure: equal arguments, equal delivery.
 *
 * @param random drawn from; pass a fresh one to get the same delivery again.
 */
export function disturb(
  events: readonly CentreEvent[],
  rates: DisturbanceRates,
  random: SeededRandom,
): Delivery {
  const counts = { lost: 0, repeated: 0, reordered: 0, late: 0, contradicted: 0 };
  const befalls = (disturbance: keyof DisturbanceRates): boolean => {
    const happens = random.chance(rates[disturbance]);
    if (happens) counts[disturbance]++;
    return happens;
  };

  const placed: Placed[] = [];
  const last = events[events.length - 1]?.actionTime ?? 0;
  events.forEach((event, index) => {
    if (!isContactStep(event) && event.action === 'enter' && befalls('contradicted')) {
      for (const rival of rivalVisit(event, last, random)) placed.push({ event: rival, position: index });
    }
    if (befalls('lost')) return;
    if (befalls('repeated')) placed.push({ event: repeat(event, random), position: nearby(index, random) });
    placed.push({ event, position: place(index) });
  });
  return { events: inOrder(placed), counts };

  function place(index: number): number {
    if (befalls('late')) return late(index, events.length, random);
    if (befalls('reordered')) return nearby(index, random);
    return index;
  }
}

/** A visit of another state that begins with the event, and ends before the simulated time does or never. */
function rivalVisit(event: SimulatedEvent, last: number, random: SeededRandom): SimulatedEvent[] {
  const state = random.pick(ONLINE_STATES.filter(({ code }) => code !== event.stateCode));
  const enter: SimulatedEvent = { ...event, stateCode: state.code, stateName: state.name };
  const exitTime = event.actionTime + random.integer(1, RIVAL_STAY_MAX_SECONDS) * 1000;
  if (random.chance(0.5) || exitTime > last) return [enter];
  return [enter, { ...enter, action: 'exit', actionTime: exitTime }];
}

function repeat(event: CentreEvent, random: SeededRandom): CentreEvent {
  if (random.chance(0.75)) return { ...event };
  if (isContactStep(event)) return restated(event, random);
  return {
    ...event,
    stateName: random.pick([`${event.stateName} (renamed)`, `A former ${event.stateName}`]),
  };
}

/** The same step with another customer or channel, or without. */
function restated(step: ContactStep, random: SeededRandom): ContactStep {
  if (random.chance(0.5)) return { ...step, channelType: random.pick(['', 'CHATS', 'MAILS']) };
  return { ...step, customerId: random.pick(['', `! before ${step.customerId}`, '~ after all']) };
}

function nearby(index: number, random: SeededRandom): number {
  return index + (random.next() * 2 - 1) * NEARBY_EVENTS;
}

function late(index: number, total: number, random: SeededRandom): number {
  return random.chance(0.2) ? total + NEARBY_EVENTS + random.next() : index + random.next() * (total - index);
}

function inOrder(placed: Placed[]): CentreEvent[] {
  return placed.sort((a, b) => a.position - b.position).map(({ event }) => event);
}
