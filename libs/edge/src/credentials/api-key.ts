import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from './route-access.js';

/** Of a key that is made here. */
export const SECRET_BYTES = 32;
export const MAX_KEY_NAME_LENGTH = 64;
export const KEY_NAME = new RegExp(`^[A-Za-z0-9_-]{1,${MAX_KEY_NAME_LENGTH}}$`);

/** A key as it is kept: without the secret. */
export interface ApiKey {
  /** Also the part of the key before its first dot. */
  readonly name: string;
  /** SHA-256 of the whole key. */
  readonly digest: Buffer;
  readonly roles: ReadonlySet<Role>;
  /** The systems that it may speak for; all if there are none. */
  readonly systems?: readonly string[];
}

/** A new key, `name.secret`, of {@link SECRET_BYTES} random bytes. */
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

  /** Takes as long for a name that there is not as for a wrong secret: all keys are never gone through. */
  find(presented: string): ApiKey | undefined {
    const named = this.byName.get(presented.split('.', 1)[0]!);
    const isRight = timingSafeEqual(digestOf(presented), named?.digest ?? NO_DIGEST);
    return isRight ? named : undefined;
  }
}

const NO_DIGEST = Buffer.alloc(32);
