import type { Sql } from '#runtime/database/pool.ts'
import type { Passwords } from './passwords.ts'
import { tooManyAttempts } from './rules/too-many-attempts.ts'
import { beginAttempt, findWindowEnd, takeBackAttempt } from './store/failed-attempts.ts'

/**
 * Hashes a password that somebody claims to know, and counts it as a failed attempt of `subject` until it is taken
 * back. Fails with TOO_MANY_ATTEMPTS when the subject has had its share, whether this password is right or not.
 */
export async function hashClaim(
  context: { sql: Sql; services: { passwords: Passwords }; now(): Date },
  claim: { subject: string; address: string; password: string },
): Promise<{ passwordHash: string; attempt: { windowEndsAt: Date } }> {
  const attempt = await beginAttempt(context.sql, claim.subject, context.now())
  if (!attempt) throw tooManyAttempts(context.now(), await findWindowEnd(context.sql, claim.subject))
  try {
    const passwordHash = await context.services.passwords.hash(context.sql, claim.password, claim.address)
    return { passwordHash, attempt }
  } catch (error) {
    // it was not checked, so it did not fail
    await takeBackAttempt(context.sql, claim.subject, attempt)
    throw error
  }
}
