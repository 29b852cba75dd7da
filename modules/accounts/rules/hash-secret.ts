import { createHash } from 'node:crypto'

/**
 * What is stored of a session token, an API key or a token from a mail. They have 160 random bits, so that a fast
 * hash without salt is enough: there is nothing to guess.
 */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
