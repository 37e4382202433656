import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from './route-access.js';

/** The length of the secret of a new key. */
export const SECRET_BYTES = 32;
export const MAX_KEY_NAME_LENGTH = 64;
export const KEY_NAME = new RegExp(`^[A-Za-z0-9_-]{1,${MAX_KEY_NAME_LENGTH}}$`);

/** A key as the service knows it: without the secret. */
export interface ApiKey {
  /** Also the part of the key before its first dot. */
  readonly name: string;
  /** SHA-256 of the whole key. */
  readonly digest: Buffer;
  readonly roles: ReadonlySet<Role>;
  /** The systems that it is valid for; all if `undefined`. */
  readonly systems?: readonly string[];
}

/** Creates a key, `name.secret`, with {@link SECRET_BYTES} random bytes. */
export function newKey(name: string): string {
  return `${name}.${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

export function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** The keys that are in force. */
export class KeyRing {
  private readonly byName: ReadonlyMap<string, ApiKey>;

  constructor(keys: readonly ApiKey[]) {
    this.byName = new Map(keys.map((key) => [key.name, key]));
  }

  /** Takes the same time for an unknown name as for a wrong secret, and looks at no other key. */
  find(presented: string): ApiKey | undefined {
    const named = this.byName.get(presented.split('.', 1)[0]!);
    const isRight = timingSafeEqual(digestOf(presented), named?.digest ?? NO_DIGEST);
    return isRight ? named : undefined;
  }
}

const NO_DIGEST = Buffer.alloc(32);
