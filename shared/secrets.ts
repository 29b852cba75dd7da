import { hash, timingSafeEqual } from 'node:crypto'

/**
 * The hash to store for a secret from `newSecret`: SHA-256 in base64url, 43 characters. It needs no salt and no key
 * stretching, because 160 random bits cannot be guessed. Not for passwords.
 */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

/** Whether `secret` has this hash. The comparison takes constant time. */
export function matchesSecret(secret: string, storedHash: string): boolean {
  const given = Buffer.from(hashSecret(secret))
  const stored = Buffer.from(storedHash)
  return given.length === stored.length && timingSafeEqual(given, stored)
}
