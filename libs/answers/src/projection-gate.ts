import type { AnswerGate, AnswerObstacle } from '#edge';
import type { ProjectionState, StateOfTopic } from '#store';

/**
 * Judges by the states of the projection whether answers are right. With several states the worst counts; of the topic of dead
 * letters, which WFM is not answered from, only that store and log do not belong together.
 */
export class ProjectionGate implements AnswerGate {
  private known: readonly StateOfTopic[] = [];

  /** @param expected topics that have to be known before anything is answered. */
  constructor(
    private readonly expected: readonly string[],
    private readonly deadLetterTopic: string,
  ) {}

  /** Takes the states of all topics in the place of those before. */
  take(states: readonly StateOfTopic[]): void {
    this.known = states;
  }

  /** Takes the state of one topic. */
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
        `What was received since is kept in the log and missing here: ${stuck.cause}`,
      );
    }
    if (states.some(({ kind }) => kind === 'starting') || !this.isEverythingKnown()) return STARTING;
    const left = states.reduce((sum, state) => sum + (state.kind === 'catching_up' ? state.left : 0), 0);
    return states.some(({ kind }) => kind === 'catching_up') ? catchingUp(left) : undefined;
  }

  private isEverythingKnown(): boolean {
    return this.expected.every((topic) => this.known.some((each) => each.topic === topic));
  }
}

const STARTING: AnswerObstacle = {
  status: 'starting',
  body: {
    field: '',
    message: 'the service is starting',
    description:
      'It is not known yet whether the store has everything that was received. Ask again in a moment; on a cluster, see that projectors run.',
  },
  retryAfterSeconds: 1,
};

function catchingUp(left: number): AnswerObstacle {
  return {
    status: 'catching_up',
    body: {
      field: '',
      message: 'the store is catching up with its log',
      description: `About ${left} records are not in the store yet, so answers would lack some of them. Ask again later.`,
    },
    retryAfterSeconds: 5,
  };
}

function degraded(message: string, description: string): AnswerObstacle {
  return { status: 'degraded', body: { field: '', message, description }, retryAfterSeconds: 60 };
}
