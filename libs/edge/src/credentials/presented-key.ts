import type { IncomingHttpHeaders } from 'node:http';

/**
 * The key that a request presents: `Authorization: Bearer key`, `Authorization: Basic` with the key as the password (so
 * that a URL can carry it), or `X-API-Key: key`.
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

/** For unsupported schemes: no key has an empty name. */
const NOT_A_KEY = '';

/** The part after the first colon: a user name cannot contain one. */
function passwordOf(userAndPassword: string): string {
  return userAndPassword.slice(userAndPassword.indexOf(':') + 1);
}
