/** The Unix time of the events, in seconds: long enough ago for every test, but within the retention. */
export const BULK_BEGIN = Math.floor(Date.now() / 1000) - 200_000;

/** The n-th status: an hour for each agent in turn, alternating enters and exits, one a minute. */
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

/** The n-th step: one contact after another, from queueing to after-call work. */
export function nthStep(n: number, systemId: string) {
  const action = STEPS[n % STEPS.length]!;
  const contact = Math.floor(n / STEPS.length);
  const base = { systemId, contactId: `contact ${contact}`, groupId: '1', action };
  const actionTime = BULK_BEGIN + contact * 60 + (n % STEPS.length) * 10;
  return action === 'queued'
    ? { ...base, actionTime }
    : { ...base, actionTime, workerId: `agent ${contact % 7}` };
}

/** `of(0)`, `of(1)` and so on, `count` in all. */
export function firstOf<T>(count: number, of: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => of(n));
}
