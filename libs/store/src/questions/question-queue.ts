import { QuestionAbandonedError, TooManyQuestionsError, type Asker, type QuestionSize } from './asker.js';

/** How many questions may be under way: waiting, running, or being sent to a client. */
export interface QuestionLimit {
  readonly perClient: number;
  readonly total: number;
}

export type QuestionLimits = Readonly<Record<QuestionSize, QuestionLimit>>;

/**
 * See `docs/semantics.md` 3. A large answer that is not read holds some megabytes, so these limits bound memory too.
 */
export const QUESTION_LIMITS: QuestionLimits = {
  present: { perClient: 256, total: 1_024 },
  small: { perClient: 256, total: 1_024 },
  large: { perClient: 24, total: 96 },
};

/**
 * Runs one statement on a slot. It must resolve or reject soon after the signal is aborted, since only then is the slot
 * free for the next statement.
 */
export type Task<Slot, Result> = (slot: Slot, signal: AbortSignal) => Promise<Result>;

/**
 * Statements that wait for a slot of the engine. Each size of question has its own slots. Clients take turns, so a
 * client that asks a lot waits for itself. The statements of a client that leaves are removed.
 */
export class QuestionQueue<Slot> {
  private readonly lanes: Readonly<Record<QuestionSize, Lane<Slot>>>;
  private readonly entered = new WeakMap<Asker, Set<QuestionSize>>();

  constructor(slots: Readonly<Record<QuestionSize, readonly Slot[]>>, limits: QuestionLimits) {
    this.lanes = {
      present: new Lane('present', slots.present, limits.present),
      small: new Lane('small', slots.small, limits.small),
      large: new Lane('large', slots.large, limits.large),
    };
  }

  /**
   * Runs a statement when its turn comes. An asker's first statement of each size counts against the limits until the
   * asker's signal is aborted. Later ones are never refused, so that an answer that was begun can be finished.
   *
   * @param asker `undefined` for the service itself, which is never refused.
   * @throws TooManyQuestionsError, QuestionAbandonedError, or what the task throws.
   */
  async run<Result>(size: QuestionSize, asker: Asker | undefined, task: Task<Slot, Result>): Promise<Result> {
    if (asker?.signal.aborted) throw new QuestionAbandonedError();
    if (asker !== undefined) this.enter(size, asker);
    return this.lanes[size].run(asker, task);
  }

  /** Gives up everything that waits or runs, and resolves once nothing runs any more. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.lanes).map((lane) => lane.close()));
  }

  private enter(size: QuestionSize, asker: Asker): void {
    const entered = this.entered.get(asker) ?? new Set();
    if (entered.has(size)) return;
    this.lanes[size].enter(asker);
    this.entered.set(asker, entered.add(size));
  }
}

/** The service's own statements take turns like those of any client. */
const SERVICE = '';

interface Waiting<Slot> {
  start(slot: Slot): void;
  giveUp(): void;
}

class Lane<Slot> {
  private readonly free: Slot[];
  /** By client, in the order of their turns. No list is empty. */
  private readonly waiting = new Map<string, Set<Waiting<Slot>>>();
  private readonly running = new Map<AbortController, Promise<unknown>>();
  private readonly underWay = new Map<string, number>();
  private total = 0;
  private closed = false;

  constructor(
    private readonly size: QuestionSize,
    slots: readonly Slot[],
    private readonly limit: QuestionLimit,
  ) {
    this.free = [...slots];
  }

  enter({ client, signal }: Asker): void {
    const ofClient = this.underWay.get(client) ?? 0;
    if (this.total >= this.limit.total || ofClient >= this.limit.perClient) {
      throw new TooManyQuestionsError(this.size);
    }
    this.count(client, 1);
    signal.addEventListener('abort', () => this.count(client, -1), { once: true });
  }

  run<Result>(asker: Asker | undefined, task: Task<Slot, Result>): Promise<Result> {
    if (this.closed) return Promise.reject(new QuestionAbandonedError());
    return new Promise<Result>((resolve, reject) => {
      const controller = new AbortController();
      const giveUp = () => {
        controller.abort();
        this.remove(client, waiting);
        reject(new QuestionAbandonedError());
      };
      const start = (slot: Slot) => {
        const result = task(slot, controller.signal);
        const ended = result.then(resolve, reject).finally(() => {
          asker?.signal.removeEventListener('abort', giveUp);
          this.running.delete(controller);
          this.release(slot);
        });
        this.running.set(controller, ended);
      };
      const client = asker?.client ?? SERVICE;
      const waiting = { start, giveUp };
      asker?.signal.addEventListener('abort', giveUp, { once: true });
      const slot = this.free.pop();
      if (slot === undefined) this.add(client, waiting);
      else start(slot);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const ofClient of [...this.waiting.values()]) for (const { giveUp } of [...ofClient]) giveUp();
    for (const controller of this.running.keys()) controller.abort();
    await Promise.all(this.running.values());
  }

  private count(client: string, by: 1 | -1): void {
    const ofClient = (this.underWay.get(client) ?? 0) + by;
    if (ofClient === 0) this.underWay.delete(client);
    else this.underWay.set(client, ofClient);
    this.total += by;
  }

  private add(client: string, waiting: Waiting<Slot>): void {
    const ofClient = this.waiting.get(client) ?? new Set();
    this.waiting.set(client, ofClient.add(waiting));
  }

  private remove(client: string, waiting: Waiting<Slot>): void {
    const ofClient = this.waiting.get(client);
    if (ofClient?.delete(waiting) === true && ofClient.size === 0) this.waiting.delete(client);
  }

  private release(slot: Slot): void {
    const [turn] = this.waiting;
    if (turn === undefined) {
      this.free.push(slot);
      return;
    }
    const [client, ofClient] = turn;
    const [next] = ofClient;
    // The client goes to the end of the line, if it has more.
    this.waiting.delete(client);
    ofClient.delete(next!);
    if (ofClient.size > 0) this.waiting.set(client, ofClient);
    next!.start(slot);
  }
}
