/** The Unix time of the events, in seconds: long enough ago for any test, and within the retention. */
export const BULK_BEGIN = Math.floor(Date.now() / 1000) - 200_000;

/** An hour of one agent after another: enters and exits in turn, one a minute. */
export function nthStatus(n: number, systemId: string) {
  const minute = n % 60;
  const agent = Math.floor(n / 60);
  return {
    systemId,
    workerId: `agent ${agent}`,
    stateCode: `state ${Math.floor(minute / 2) % 3}`,
    stateName: 'A "state", of course',
    actionTime: BULK_BEGIN + minute * 60,
    action: (minute + 1) % 2,
  };
}

const STEPS = ['queued', 'offered', 'answered', 'finished', 'wrapped'] as const;

/** One contact after another: from its queue to the work after it. */
export function nthStep(n: number, systemId: string) {
  const action = STEPS[n % STEPS.length]!;
  const contact = Math.floor(n / STEPS.length);
  const base = { systemId, contactId: `contact ${contact}`, groupId: '1', action };
  const actionTime = BULK_BEGIN + contact * 60 + (n % STEPS.length) * 10;
  return action === 'queued'
    ? { ...base, actionTime }
    : { ...base, actionTime, workerId: `agent ${contact % 7}` };
}

/** The first `count` numbers, each made into something. */
export function firstOf<T>(count: number, of: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => of(n));
}
