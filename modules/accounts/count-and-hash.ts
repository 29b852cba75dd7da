import type { Sql } from '#runtime/database/pool.ts'
import type { Passwords } from './passwords.ts'
import type { AttemptLimit } from './rules/attempt-limits.ts'
import { tooManyAttempts } from './rules/too-many-attempts.ts'
import { type Attempt, beginAttempt, findWindowEnd, refundAttempts } from './store/failed-attempts.ts'

interface AttemptContext {
  sql: Sql
  services: { passwords: Passwords }
  now(): Date
}

/**
 * Counts a password attempt as failed and hashes the password. `refundAttempts` removes the returned attempts from the
 * count when the password proves right. Fails with TOO_MANY_ATTEMPTS when a limit is reached, even for the right
 * password, and with UNAVAILABLE like `Passwords.hash`.
 */
export async function countAndHash(
  context: AttemptContext,
  attempt: { limits: readonly AttemptLimit[]; emailKey: string; password: string },
): Promise<{ passwordHash: string; attempts: Attempt[] }> {
  const attempts = await countAttempt(context, attempt.limits)
  try {
    const passwordHash = await context.services.passwords.hash(
      context.sql,
      attempt.password,
      attempt.emailKey,
    )
    return { passwordHash, attempts }
  } catch (error) {
    // The password was not checked, so the attempt did not fail
    await refundAttempts(context.sql, attempts)
    throw error
  }
}

/**
 * Counts the attempt for each limit, in their order. An attempt that a limit refuses does not count for the limits after
 * it, so the narrow limit must come first.
 */
async function countAttempt(context: AttemptContext, limits: readonly AttemptLimit[]): Promise<Attempt[]> {
  const attempts: Attempt[] = []
  for (const limit of limits) {
    const attempt = await beginAttempt(context.sql, limit, context.now())
    if (!attempt) throw tooManyAttempts(context.now(), await findWindowEnd(context.sql, limit.subject))
    attempts.push(attempt)
  }
  return attempts
}
