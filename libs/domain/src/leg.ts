/** The steps that can begin a leg: `queued`, and those that reveal a lost `queued`. */
export type BeginningAction = 'queued' | 'offered' | 'answered' | 'abandoned';

/**
 * Identifies a leg within its contact by the step that began it. Each step begins at most one leg, so identities are
 * unique, and late events do not change them as long as the step still begins a leg. A late event can make an earlier
 * step begin the leg instead, for instance a lost `queued` that arrives after all. What was stored under the old
 * identity must then be retracted.
 */
export interface LegId {
  /** Milliseconds since the Unix epoch: the time of the step that began the leg. */
  readonly begin: number;
  readonly groupId: string;
  /** `queued`, unless that event was lost. */
  readonly begunBy: BeginningAction;
  /** The worker stated by the step that began the leg, or `''`. */
  readonly begunByWorker: string;
}

/** When talk began, and with whom. */
export interface Answer {
  readonly at: number;
  /** `''` if nobody is known to have answered: a leg closed by a bot after another leg had been answered. */
  readonly workerId: string;
  /** The last time, up to `at`, that the leg was offered to this worker; `null` if it never was. */
  readonly offeredAt: number | null;
  /** Whether `answered` was lost. `at` is then the time of the last `offered`, or else of the end of the talk. */
  readonly inferred: boolean;
}

/** The end of a leg by a step of its own. */
export interface KnownEnd {
  readonly kind: 'finished' | 'transferred' | 'abandoned' | 'bot_closed';
  readonly at: number;
  /** The worker stated by the ending, else the one who answered, else `''`. */
  readonly by: string;
}

/**
 * How a leg ended.
 *
 * - `finished`, `transferred`: talk ended; the leg was processed
 * - `bot_closed`: likewise. A contact closed by a bot without any agent has no legs at all
 * - `abandoned`: it was not processed
 * - `running`: nothing has ended it yet
 * - `unended`: its end was lost; the contact continued elsewhere
 */
export type LegEnd = KnownEnd | { readonly kind: 'running' | 'unended' };

/** One visit of a contact to one group, from queueing to its end. */
export interface Leg extends LegId {
  /** When the leg was first offered to a worker. */
  readonly firstOffered: number | null;
  readonly answer: Answer | null;
  readonly end: LegEnd;
  /** The last `wrapped` by the worker who ended the leg. */
  readonly wrapped: number | null;
  /** The last `rested` by the worker who ended the leg. */
  readonly rested: number | null;
  /** From the first step that states one (by instant, then by action, then the smallest value), or `''`. */
  readonly customerId: string;
  readonly channelType: string;
  /** The time of the last step that belongs to the leg. */
  readonly lastTouched: number;
}

/** How a leg counts in statistics. An `unended` leg counts only as received. */
export type LegOutcome = 'processed' | 'missed' | 'running' | 'unended';

/** A leg's contribution to statistics: times since the Unix epoch and durations, all in milliseconds. */
export interface LegFigures {
  readonly outcome: LegOutcome;
  readonly received: number;
  /** `null` if the leg was not answered. This and everything below is `null` for an unended leg. */
  readonly answered: number | null;
  /** From `queued` to the first offer, answer or abandonment, `null` until then; 0 if `queued` was lost. */
  readonly waiting: number | null;
  /** From the last offer to the worker who answered until the answer; `null` if not answered. */
  readonly ring: number | null;
  /** From the answer to the end; `null` unless processed. */
  readonly talk: number | null;
  /** Ring, talk and hold; `null` unless processed. */
  readonly handling: number | null;
  /** From the end to the last of `wrapped` and `rested`; `null` unless processed. */
  readonly postProcessing: number | null;
}

/** A key that is unique among the legs of one contact. */
export function legKey(leg: LegId): string {
  return `${leg.begin}\u0000${leg.groupId}\u0000${leg.begunBy}\u0000${leg.begunByWorker}`;
}

export function outcomeOf(leg: Leg): LegOutcome {
  switch (leg.end.kind) {
    case 'finished':
    case 'transferred':
    case 'bot_closed':
      return 'processed';
    case 'abandoned':
      return 'missed';
    case 'running':
    case 'unended':
      return leg.end.kind;
  }
}

export function figuresOf(leg: Leg): LegFigures {
  const { answer, end } = leg;
  const outcome = outcomeOf(leg);
  const received = { ...NO_FIGURES, outcome, received: leg.begin };
  if (outcome === 'unended') return received;

  const waited = { ...received, waiting: waitingOf(leg) };
  if (answer === null) return waited;

  const answered = { ...waited, answered: answer.at, ring: answer.at - talkOrRingBegan(answer) };
  if (outcome !== 'processed' || !isKnown(end)) return answered;
  return {
    ...answered,
    talk: end.at - answer.at,
    handling: end.at - talkOrRingBegan(answer),
    postProcessing: Math.max(leg.wrapped ?? end.at, leg.rested ?? end.at) - end.at,
  };
}

const NO_FIGURES = {
  answered: null,
  waiting: null,
  ring: null,
  talk: null,
  handling: null,
  postProcessing: null,
};

function waitingOf({ begin, firstOffered, answer, end }: Leg): number | null {
  const abandoned = end.kind === 'abandoned' ? end.at : Infinity;
  const waitedUntil = Math.min(firstOffered ?? Infinity, answer?.at ?? Infinity, abandoned);
  return waitedUntil === Infinity ? null : waitedUntil - begin;
}

function talkOrRingBegan(answer: Answer): number {
  return answer.offeredAt ?? answer.at;
}

function isKnown(end: LegEnd): end is KnownEnd {
  return end.kind !== 'running' && end.kind !== 'unended';
}
