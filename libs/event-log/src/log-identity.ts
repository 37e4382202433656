import { randomUUID } from 'node:crypto';

/** The identity of a log that is made at `now` (milliseconds since the Unix epoch). */
export function newLogIdentity(now: number): string {
  return `${new Date(now).toISOString()}/${randomUUID()}`;
}

/** When the log of this identity was made, as an ISO time. */
export function madeAt(identity: string): string {
  return identity.split('/', 1)[0]!;
}
