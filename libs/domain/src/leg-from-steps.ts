import {
  compareInstantAndAction,
  NOT_STATED,
  type ContactAction,
  type ContactStep,
} from './contact-event.js';
import type { Answer, BeginningAction, KnownEnd, Leg, LegEnd } from './leg.js';
import { compareUtf8 } from './utf8-order.js';

/** The steps of a leg, in the order in which the fold processed them, and the leg's end. */
export interface LegSteps {
  readonly begunBy: BeginningAction;
  readonly steps: [ContactStep, ...ContactStep[]];
  end: LegEnd;
}

export function legFromSteps(leg: LegSteps): Leg {
  const { begunBy, steps, end } = leg;
  const [first] = steps;
  return {
    begin: first.actionTime,
    groupId: first.groupId,
    begunBy,
    begunByWorker: first.workerId,
    firstOffered: steps.find(({ action }) => action === 'offered')?.actionTime ?? null,
    answer: answerOf(leg),
    end,
    wrapped: lastTime(steps, 'wrapped'),
    rested: lastTime(steps, 'rested'),
    customerId: firstStated(steps, 'customerId'),
    channelType: firstStated(steps, 'channelType'),
    lastTouched: steps.at(-1)!.actionTime,
  };
}

/** The first answer counts. Workers who join later change nothing. */
export function answeredStep({ steps }: LegSteps): ContactStep | undefined {
  return steps.find(({ action }) => action === 'answered');
}

function answerOf(leg: LegSteps): Answer | null {
  const answered = answeredStep(leg);
  if (answered !== undefined) return answerAt(answered.actionTime, answered.workerId, leg, false);
  switch (leg.end.kind) {
    case 'finished':
    case 'transferred':
    case 'bot_closed':
      return inferredAnswer(leg, leg.end);
    case 'abandoned':
    case 'running':
    case 'unended':
      return null;
  }
}

/** The end of a talk implies that there was an answer. The last offer, if any, implies when. */
function inferredAnswer(leg: LegSteps, end: KnownEnd): Answer {
  return answerAt(lastTime(leg.steps, 'offered') ?? end.at, end.by, leg, true);
}

function answerAt(at: number, workerId: string, { steps }: LegSteps, inferred: boolean): Answer {
  const offers = steps.filter((step) => step.workerId === workerId && step.actionTime <= at);
  return { at, workerId, offeredAt: lastTime(offers, 'offered'), inferred };
}

function lastTime(steps: readonly ContactStep[], action: ContactAction): number | null {
  return steps.findLast((step) => step.action === action)?.actionTime ?? null;
}

function firstStated(steps: readonly ContactStep[], field: 'customerId' | 'channelType'): string {
  const stated = steps.filter((step) => step[field] !== NOT_STATED);
  const [first] = stated.sort((a, b) => compareInstantAndAction(a, b) || compareUtf8(a[field], b[field]));
  return first?.[field] ?? NOT_STATED;
}
