import { randomUUID } from 'node:crypto';

/** An identity for a log that is created at `now` (milliseconds since the Unix epoch). */
export function newLogIdentity(now: number): string {
  return `${new Date(now).toISOString()}/${randomUUID()}`;
}

/** When the log with this identity was created, as an ISO time. */
export function madeAt(identity: string): string {
  return identity.split('/', 1)[0]!;
}
