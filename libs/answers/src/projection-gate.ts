import type { AnswerGate, AnswerObstacle } from '#edge';
import type { ProjectionState, StateOfTopic } from '#store';

/**
 * Decides by the states of the projection whether answers are complete. The worst state counts. The topic of dead
 * letters, which no answer to the WFM depends on, only counts if it shows that store and log do not belong together.
 */
export class ProjectionGate implements AnswerGate {
  private known: readonly StateOfTopic[] = [];

  /** @param expected topics whose states must be known before anything is answered. */
  constructor(
    private readonly expected: readonly string[],
    private readonly deadLetterTopic: string,
  ) {}

  /** Replaces the states of all topics. */
  take(states: readonly StateOfTopic[]): void {
    this.known = states;
  }

  /** Replaces the state of one topic. */
  takeOne(topic: string, state: ProjectionState): void {
    this.known = [...this.known.filter((each) => each.topic !== topic), { topic, state }];
  }

  obstacle(): AnswerObstacle | undefined {
    const states = this.known
      .filter(({ topic, state }) => topic !== this.deadLetterTopic || state.kind === 'refused')
      .map(({ state }) => state);
    const refused = states.find((state) => state.kind === 'refused');
    if (refused !== undefined) return degraded('answers are suspended', refused.cause);
    const stuck = states.find((state) => state.kind === 'stuck');
    if (stuck !== undefined) {
      return degraded(
        'events cannot be projected',
        `Events received since then are safe in the log but missing here: ${stuck.cause}`,
      );
    }
    if (states.some(({ kind }) => kind === 'starting') || !this.areAllKnown()) return STARTING;
    const left = states.reduce((sum, state) => sum + (state.kind === 'catching_up' ? state.left : 0), 0);
    return states.some(({ kind }) => kind === 'catching_up') ? catchingUp(left) : undefined;
  }

  private areAllKnown(): boolean {
    return this.expected.every((topic) => this.known.some((each) => each.topic === topic));
  }
}

const STARTING: AnswerObstacle = {
  status: 'starting',
  body: {
    field: '',
    message: 'the service is starting',
    description:
      'The service does not know yet whether the store has everything that was received. Try again in a moment; on a cluster, check that projectors are running.',
  },
  retryAfterSeconds: 1,
};

function catchingUp(left: number): AnswerObstacle {
  return {
    status: 'catching_up',
    body: {
      field: '',
      message: 'the store is catching up with its log',
      description: `About ${left} records are not in the store yet, so answers would be incomplete. Try again later.`,
    },
    retryAfterSeconds: 5,
  };
}

function degraded(message: string, description: string): AnswerObstacle {
  return { status: 'degraded', body: { field: '', message, description }, retryAfterSeconds: 60 };
}
