import { createHash } from 'node:crypto'

/**
 * The hash to store for a session token, an API key or a token from an email. These have 160 random bits that cannot be
 * guessed, so a fast hash without salt is enough.
 */
export function hashToken(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
