import { AuditRunningError, type AuditProgress, type AuditRequest } from '#store';
import { createMetrics } from '#telemetry';
import { SelfAudit, SELF_AUDIT_SAMPLE } from './self-audit.js';

const NOW = 1_800_000_000_999;
const difference = { table: 'legs', side: 'missing', row: ['s', 'c'] } as const;
const part = (differences: AuditProgress['differences']): AuditProgress => ({
  ...{ done: 1, parts: 1, rows: { legs: 1 } },
  differences,
});

/** A self-audit on a given audit, and what it has logged. */
function auditing(run: (request: AuditRequest) => AsyncGenerator<AuditProgress>) {
  const logged: (readonly [string, object, string | undefined])[] = [];
  const metrics = createMetrics();
  const take = (level: string) => (fields: object, text?: string) => void logged.push([level, fields, text]);
  const logger = { info: take('info'), warn: take('warn') } as never;
  const audit = new SelfAudit({ audits: { run }, metrics, logger, intervalSeconds: 3_600, now: () => NOW });
  const gauges = async () => ({
    differences: (await metrics.auditDifferences.get()).values[0]!.value,
    lastSuccess: (await metrics.auditLastSuccess.get()).values[0]!.value,
  });
  return { audit, logged, gauges };
}

describe('SelfAudit', () => {
  it('shows nothing before its first sample', async () => {
    const { audit, gauges } = auditing(async function* () {});
    audit.start();
    expect(await gauges()).toEqual({ differences: NaN, lastSuccess: 0 });
    await audit.stop();
  });

  it('compares a sample, and shows when nothing differed', async () => {
    const asked: AuditRequest[] = [];
    const { audit, logged, gauges } = auditing(async function* (request) {
      asked.push(request);
      yield part([]);
    });
    await audit.run();
    await audit.run();
    expect(await gauges()).toEqual({ differences: 0, lastSuccess: 1_800_000_000 });
    expect(logged).toEqual([]);
    expect(asked.map(({ sample }) => sample)).toEqual([SELF_AUDIT_SAMPLE, SELF_AUDIT_SAMPLE]);
    expect(asked[0]!.seed).not.toBe(asked[1]!.seed);
  });

  it('shows the differences of all parts, and logs some of them with the seed and what to do', async () => {
    const { audit, logged, gauges } = auditing(async function* () {
      yield part([difference]);
      yield part(Array.from({ length: 9 }, () => difference));
    });
    await audit.run();
    expect((await gauges()).differences).toBe(10);
    const [[level, fields, text]] = logged as [(typeof logged)[number]];
    expect(level).toBe('warn');
    expect(fields).toMatchObject({ count: 10, seed: expect.any(Number) as number });
    expect((fields as { differences: object[] }).differences).toHaveLength(5);
    expect(text).toContain('npm run audit');
  });

  it('keeps its metrics, and warns, when the store cannot be compared', async () => {
    let isAway = false;
    const { audit, logged, gauges } = auditing(async function* () {
      yield part([difference]);
      if (isAway) throw new Error('away');
    });
    await audit.run();
    isAway = true;
    await audit.run();
    expect(await gauges()).toEqual({ differences: 1, lastSuccess: 1_800_000_000 });
    expect(logged.at(-1)![2]).toContain('could not be compared');
  });

  it('skips a sample while an operator runs an audit', async () => {
    const { audit, logged } = auditing(async function* () {
      throw new AuditRunningError();
    });
    await audit.run();
    expect(logged.map(([level]) => level)).toEqual(['info']);
  });

  it('stops a running sample, and shows nothing of it', async () => {
    let signal: AbortSignal | undefined;
    const { audit, gauges } = auditing(async function* (request) {
      signal = request.signal;
      yield part([difference]);
      if (!signal!.aborted) await new Promise((done) => signal!.addEventListener('abort', done));
    });
    const running = audit.run();
    await audit.stop();
    await running;
    expect(signal!.aborted).toBe(true);
    expect((await gauges()).lastSuccess).toBe(0);
  });
});
