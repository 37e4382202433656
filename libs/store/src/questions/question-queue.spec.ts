import { QuestionAbandonedError, TooManyQuestionsError, type Asker } from './asker.js';
import { QuestionQueue, QUESTION_LIMITS } from './question-queue.js';

const LIMIT = { perClient: 3, total: 5 };
const LIMITS = { present: LIMIT, small: LIMIT, large: LIMIT };

/** An asker that leaves when the test says so. */
function someone(client: string): Asker & { leave(): void } {
  const controller = new AbortController();
  return { client, signal: controller.signal, leave: () => controller.abort() };
}

describe('A queue of questions', () => {
  let queue: QuestionQueue<string>;
  let started: string[];
  let finish: Map<string, () => void>;
  let stopped: string[];

  beforeEach(() => {
    queue = new QuestionQueue({ present: ['p'], small: ['s'], large: ['l'] }, LIMITS);
    started = [];
    finish = new Map();
    stopped = [];
  });

  /** A statement that runs until a test finishes it, or its signal stops it. */
  const statement = (name: string) => (_slot: string, signal: AbortSignal) => {
    started.push(name);
    return new Promise<string>((resolve, reject) => {
      finish.set(name, () => resolve(name));
      signal.addEventListener('abort', () => {
        stopped.push(name);
        reject(new Error('stopped by the engine'));
      });
    });
  };
  const ask = (asker: Asker | undefined, name: string, size: 'present' | 'small' | 'large' = 'large') => {
    const answer = queue.run(size, asker, statement(name));
    answer.catch(() => undefined);
    return answer;
  };
  const done = async (name: string, answer: Promise<string>) => {
    finish.get(name)!();
    await answer;
  };

  it('runs as many statements as there are slots, and the rest in order', async () => {
    const asker = someone('a');
    const answers = ['1', '2', '3'].map((name) => ask(asker, name));
    await Promise.resolve();
    expect(started).toEqual(['1']);
    for (const [index, name] of ['1', '2', '3'].entries()) await done(name, answers[index]!);
    expect(started).toEqual(['1', '2', '3']);
    await expect(Promise.all(answers)).resolves.toEqual(['1', '2', '3']);
  });

  it('keeps statements of one size from waiting for those of another', async () => {
    void ask(someone('a'), 'large', 'large');
    void ask(someone('a'), 'large, waiting', 'large');
    void ask(someone('a'), 'small', 'small');
    void ask(undefined, 'present', 'present');
    await Promise.resolve();
    expect(started).toEqual(['large', 'small', 'present']);
  });

  it('lets clients take turns, so that one with many statements waits for itself', async () => {
    const many = someone('many');
    const answers = new Map<string, Promise<string>>();
    for (const name of ['m1', 'm2', 'm3']) answers.set(name, ask(many, name));
    answers.set('o1', ask(someone('other'), 'o1'));
    answers.set('s1', ask(undefined, 's1'));
    for (const name of ['m1', 'm2', 'o1', 's1', 'm3']) await done(name, answers.get(name)!);
    expect(started).toEqual(['m1', 'm2', 'o1', 's1', 'm3']);
  });

  it('refuses the first question of a client beyond its limit, but none of another client', async () => {
    const askers = [1, 2, 3, 4].map(() => someone('a'));
    const [, , , fourth] = askers.map((asker, n) => ask(asker, `a${n}`));
    await expect(fourth).rejects.toThrow(TooManyQuestionsError);
    await expect(fourth).rejects.toMatchObject({ code: 'TOO_MANY_QUESTIONS', size: 'large' });
    const other = ask(someone('b'), 'other');
    askers[1]!.leave();
    const again = ask(someone('a'), 'again');
    askers[0]!.leave();
    askers[2]!.leave();
    await new Promise(setImmediate);
    await done('again', again);
    await done('other', other);
  });

  it('refuses any client beyond the total limit, and never the service itself', async () => {
    for (const client of ['a', 'b', 'c', 'd', 'e']) void ask(someone(client), client);
    await expect(ask(someone('f'), 'f')).rejects.toThrow(TooManyQuestionsError);
    expect(await Promise.race([ask(undefined, 'service'), Promise.resolve('not refused')])).toBe(
      'not refused',
    );
  });

  it('does not refuse further statements of a question that is under way', async () => {
    const askers = ['a', 'b', 'c', 'd', 'e'].map(someone);
    const answers = askers.map((asker) => ask(asker, asker.client));
    const next = ask(askers[0], 'a, second');
    for (const [index, { client }] of askers.entries()) await done(client, answers[index]!);
    await done('a, second', next);
  });

  it('removes the waiting statements of a client that leaves, without running them', async () => {
    const [staying, leaving] = [someone('a'), someone('b')];
    const first = ask(staying, 'first');
    const queued = ask(leaving, 'queued');
    const last = ask(staying, 'last');
    leaving.leave();
    await expect(queued).rejects.toThrow(QuestionAbandonedError);
    await done('first', first);
    await done('last', last);
    expect(started).toEqual(['first', 'last']);
  });

  it('stops the running statement of a client that leaves, and runs the next once it has stopped', async () => {
    const leaving = someone('a');
    const running = ask(leaving, 'running');
    const next = ask(someone('b'), 'next');
    await Promise.resolve();
    expect(started).toEqual(['running']);
    leaving.leave();
    await expect(running).rejects.toThrow(QuestionAbandonedError);
    await done('next', next);
    expect(stopped).toEqual(['running']);
  });

  it('keeps the slot of a statement that was stopped until it no longer runs', async () => {
    let end = () => {};
    const leaving = someone('a');
    const stubborn = queue.run(
      'large',
      leaving,
      () => new Promise<void>((_, reject) => (end = () => reject(new Error('at last')))),
    );
    const next = ask(someone('b'), 'next');
    leaving.leave();
    await expect(stubborn).rejects.toThrow(QuestionAbandonedError);
    expect(started).toEqual([]);
    end();
    await Promise.resolve().then(() => undefined);
    await new Promise(setImmediate);
    await done('next', next);
  });

  it('runs nothing for a client that has already left', async () => {
    const gone = someone('a');
    gone.leave();
    await expect(ask(gone, 'late')).rejects.toThrow(QuestionAbandonedError);
    expect(started).toEqual([]);
  });

  it('forgets clients once they have their answers', async () => {
    for (let n = 0; n < 3 * LIMIT.total; n++) {
      const asker = someone('a');
      await done(String(n), ask(asker, String(n)));
      asker.leave();
    }
  });

  it('gives up waiting and running statements when it is closed, and accepts no more', async () => {
    const running = ask(someone('a'), 'running');
    const queued = ask(someone('b'), 'queued');
    await Promise.resolve();
    await queue.close();
    await expect(running).rejects.toThrow('stopped by the engine');
    await expect(queued).rejects.toThrow(QuestionAbandonedError);
    await expect(ask(someone('c'), 'late')).rejects.toThrow(QuestionAbandonedError);
    expect(started).toEqual(['running']);
  });

  it('lets a client ask more small questions than large ones, which hold memory', () => {
    expect(QUESTION_LIMITS.large.perClient).toBeLessThan(QUESTION_LIMITS.small.perClient);
    for (const { perClient, total } of Object.values(QUESTION_LIMITS)) expect(perClient).toBeLessThan(total);
  });
});
