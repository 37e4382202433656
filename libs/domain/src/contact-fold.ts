import { distinctSteps, NOT_STATED, type ContactAction, type ContactStep } from './contact-event.js';
import { answeredStep, legFromSteps, type LegSteps } from './leg-from-steps.js';
import type { BeginningAction, KnownEnd, Leg } from './leg.js';

/**
 * - `lost_end`: the step began a leg while another was running, so the end of that one was lost
 * - `orphan_step`: the step does not belong to any leg
 */
export type ContactAnomalyKind = 'lost_end' | 'orphan_step';

/** A defect of accepted data, and the step that reveals it. Identified within its contact by all five fields. */
export interface ContactAnomaly {
  readonly kind: ContactAnomalyKind;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly action: ContactAction;
  readonly groupId: string;
  readonly workerId: string;
}

/** The result of folding a contact's steps. */
export interface ContactFold {
  /** In the order in which they began. Only the last can be running. */
  readonly legs: Leg[];
  readonly anomalies: ContactAnomaly[];
  /** Whether a bot closed the contact and no agent ever answered it. It then has no legs and counts nowhere. */
  readonly excluded: boolean;
}

/**
 * Derives the legs of one contact from its steps. A pure function of the *set* of steps, so the order, repetition and
 * batching of the arrivals do not affect the result.
 *
 * @param arrivals steps of one contact, in any order, with any repetition.
 */
export function foldContact(arrivals: readonly ContactStep[]): ContactFold {
  const steps = distinctSteps(arrivals);
  const fold = new Fold();
  let start = 0;
  while (start < steps.length) {
    let end = start + 1;
    while (end < steps.length && steps[end]!.actionTime === steps[start]!.actionTime) end++;
    fold.evolve(steps.slice(start, end));
    start = end;
  }
  return fold.result();
}

const ENDINGS: ReadonlySet<ContactAction> = new Set(['finished', 'transferred', 'abandoned', 'bot_closed']);

/** The state of the fold between instants, and the rules for processing an instant. */
class Fold {
  private readonly found: LegSteps[] = [];
  private readonly anomalies: ContactAnomaly[] = [];
  private readonly lastEndedBy = new Map<string, LegSteps>();
  private running: LegSteps | undefined;

  /** Processes the steps of one instant, ordered and without repeats. */
  evolve(instant: readonly ContactStep[]): void {
    for (const step of this.endingFirst(instant)) this.take(step);
  }

  result(): ContactFold {
    const { anomalies } = this;
    const closedByBot = this.found.some(({ end }) => end.kind === 'bot_closed');
    const excluded = closedByBot && !this.found.some(showsAnAgent);
    return { legs: excluded ? [] : this.found.map(legFromSteps), anomalies, excluded };
  }

  /** Rule 1: a leg that was running before the instant ends before anything else happens in it. */
  private endingFirst(instant: readonly ContactStep[]): readonly ContactStep[] {
    const groupId = this.running?.steps[0].groupId;
    const ending = instant.find((step) => ENDINGS.has(step.action) && step.groupId === groupId);
    return ending === undefined ? instant : [ending, ...instant.filter((step) => step !== ending)];
  }

  private take(step: ContactStep): void {
    switch (step.action) {
      case 'queued':
        this.begin(step, 'queued');
        break;
      case 'offered':
      case 'answered':
        if (!this.join(step)) this.begin(step, step.action);
        break;
      case 'abandoned':
        if (!this.join(step)) this.begin(step, step.action);
        this.end(step, step.action);
        break;
      case 'held':
      case 'resumed':
        if (!this.join(step)) this.report('orphan_step', step);
        break;
      case 'finished':
      case 'transferred':
      case 'bot_closed':
        if (this.join(step)) this.end(step, step.action);
        else this.report('orphan_step', step);
        break;
      case 'wrapped':
      case 'rested':
        this.followUp(step);
        break;
    }
  }

  /** Rule 2, and rule 3 where no leg of the step's group is running. */
  private begin(step: ContactStep, begunBy: BeginningAction): void {
    if (this.running !== undefined) {
      this.running.end = { kind: 'unended' };
      this.report('lost_end', step);
    }
    this.running = { begunBy, steps: [step], end: { kind: 'running' } };
    this.found.push(this.running);
  }

  /** Rules 3 and 4: a step belongs to the running leg if that is in the same group. @returns whether it does. */
  private join(step: ContactStep): boolean {
    if (this.running?.steps[0].groupId !== step.groupId) return false;
    this.running.steps.push(step);
    return true;
  }

  /** Rule 5: what follows the talk belongs to the latest leg that its worker ended. */
  private followUp(step: ContactStep): void {
    const leg = this.lastEndedBy.get(step.workerId);
    if (leg === undefined) this.report('orphan_step', step);
    else leg.steps.push(step);
  }

  /** Ends the running leg, to which the step belongs. */
  private end(step: ContactStep, kind: KnownEnd['kind']): void {
    const leg = this.running!;
    const by = step.workerId !== NOT_STATED ? step.workerId : (answeredStep(leg)?.workerId ?? NOT_STATED);
    leg.end = { kind, at: step.actionTime, by };
    this.lastEndedBy.set(by, leg);
    this.running = undefined;
  }

  private report(kind: ContactAnomalyKind, { actionTime, action, groupId, workerId }: ContactStep): void {
    this.anomalies.push({ kind, at: actionTime, action, groupId, workerId });
  }
}

function showsAnAgent(leg: LegSteps): boolean {
  const { kind } = leg.end;
  return kind === 'finished' || kind === 'transferred' || answeredStep(leg) !== undefined;
}
