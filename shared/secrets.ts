import { hash, timingSafeEqual } from 'node:crypto'

/**
 * What is stored of a secret made by `newSecret`: its SHA-256 in base64url, 43 characters. No salt and no stretching,
 * because a secret with 160 random bits cannot be found by trying; for passwords this would be wrong.
 */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

/** Whether `secret` has this hash, in a time that does not depend on where they differ. */
export function matchesSecret(secret: string, storedHash: string): boolean {
  const given = Buffer.from(hashSecret(secret))
  const stored = Buffer.from(storedHash)
  return given.length === stored.length && timingSafeEqual(given, stored)
}
