import type { IncomingHttpHeaders } from 'node:http';

/**
 * The key that a request brings: `Authorization: Bearer key`, `Authorization: Basic` with the key as the password, so that
 * a URL alone can carry it, or `X-API-Key: key`.
 */
export function presentedKey({ authorization, 'x-api-key': plain }: IncomingHttpHeaders): string | undefined {
  if (authorization === undefined) return typeof plain === 'string' ? plain : undefined;
  const [, scheme, credentials] = /^(\S+) +(\S+) *$/.exec(authorization) ?? [];
  switch (scheme?.toLowerCase()) {
    case 'bearer':
      return credentials;
    case 'basic':
      return passwordOf(Buffer.from(credentials!, 'base64').toString());
    case undefined:
    default:
      return NOT_A_KEY;
  }
}

/** Of a scheme that is not taken: no key has an empty name. */
const NOT_A_KEY = '';

/** Behind the first colon: a user's name has none. */
function passwordOf(userAndPassword: string): string {
  return userAndPassword.slice(userAndPassword.indexOf(':') + 1);
}
