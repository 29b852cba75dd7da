import type { Sql } from '#runtime/database/pool.ts'
import type { Passwords } from './passwords.ts'
import type { AttemptLimit } from './rules/attempt-limits.ts'
import { tooManyAttempts } from './rules/too-many-attempts.ts'
import { type Attempt, beginAttempt, findWindowEnd, refundAttempts } from './store/failed-attempts.ts'

interface Counting {
  sql: Sql
  services: { passwords: Passwords }
  now(): Date
}

/**
 * Hashes a password that somebody claims to know, and counts it as a failed attempt until it is taken back. Fails with
 * TOO_MANY_ATTEMPTS when one of the limits is reached, whether this password is right or not.
 */
export async function hashClaim(
  context: Counting,
  claim: { limits: readonly AttemptLimit[]; address: string; password: string },
): Promise<{ passwordHash: string; attempts: Attempt[] }> {
  const attempts = await countAttempt(context, claim.limits)
  try {
    const passwordHash = await context.services.passwords.hash(context.sql, claim.password, claim.address)
    return { passwordHash, attempts }
  } catch (error) {
    // it was not checked, so it did not fail
    await refundAttempts(context.sql, attempts)
    throw error
  }
}

/** The narrow limit comes first: who has reached that uses up nothing of the wide one. */
async function countAttempt(context: Counting, limits: readonly AttemptLimit[]): Promise<Attempt[]> {
  const attempts: Attempt[] = []
  for (const limit of limits) {
    const attempt = await beginAttempt(context.sql, limit, context.now())
    if (!attempt) throw tooManyAttempts(context.now(), await findWindowEnd(context.sql, limit.subject))
    attempts.push(attempt)
  }
  return attempts
}
