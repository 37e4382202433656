import type { ProjectionState } from '#store';
import { ProjectionGate } from './projection-gate.js';

const CURRENT: ProjectionState = { kind: 'current' };
const DEAD_LETTERS = 'dead letters';

describe('ProjectionGate', () => {
  const gateWith = (states: Readonly<Record<string, ProjectionState>>) => {
    const gate = new ProjectionGate(['status', 'contact', DEAD_LETTERS], DEAD_LETTERS);
    for (const [topic, state] of Object.entries(states)) gate.takeOne(topic, state);
    return gate;
  };
  const all = { status: CURRENT, contact: CURRENT, [DEAD_LETTERS]: CURRENT };

  it('is open once every topic is projected', () => {
    expect(gateWith(all).obstacle()).toBeUndefined();
  });

  it('is closed while the state of a topic is unknown', () => {
    expect(gateWith({}).obstacle()?.status).toBe('starting');
    expect(gateWith({ status: CURRENT, contact: CURRENT }).obstacle()?.status).toBe('starting');
    expect(gateWith({ ...all, contact: { kind: 'starting' } }).obstacle()?.status).toBe('starting');
  });

  it('reports how many records are missing in all topics together', () => {
    const gate = gateWith({
      ...all,
      status: { kind: 'catching_up', left: 5 },
      contact: { kind: 'catching_up', left: 7 },
    });
    expect(gate.obstacle()).toMatchObject({ status: 'catching_up', retryAfterSeconds: 5 });
    expect(gate.obstacle()?.body.description).toContain('About 12 records');
  });

  it('reports a topic that is not projected before one that catches up', () => {
    const gate = gateWith({
      status: { kind: 'catching_up', left: 5 },
      contact: { kind: 'refused', cause: 'of another log' },
    });
    expect(gate.obstacle()).toMatchObject({
      status: 'degraded',
      body: { message: 'answers are suspended', description: 'of another log' },
    });
    gate.takeOne('contact', { kind: 'stuck', cause: 'the disk is full' });
    expect(gate.obstacle()?.body.description).toContain('the disk is full');
  });

  it('ignores the topic of dead letters unless it shows that store and log do not belong together', () => {
    for (const state of [
      { kind: 'stuck', cause: 'c' },
      { kind: 'catching_up', left: 1 },
      { kind: 'starting' },
    ] as const) {
      expect(gateWith({ ...all, [DEAD_LETTERS]: state }).obstacle()).toBeUndefined();
    }
    const refused = gateWith({ ...all, [DEAD_LETTERS]: { kind: 'refused', cause: 'c' } });
    expect(refused.obstacle()?.status).toBe('degraded');
  });

  it('uses the worst state of the partitions of a topic', () => {
    const gate = new ProjectionGate(['status'], DEAD_LETTERS);
    gate.take([
      { topic: 'status', state: CURRENT },
      { topic: 'status', state: { kind: 'catching_up', left: 3 } },
    ]);
    expect(gate.obstacle()?.status).toBe('catching_up');
    gate.take([{ topic: 'status', state: CURRENT }]);
    expect(gate.obstacle()).toBeUndefined();
  });
});
