import type { Sql } from '#runtime/database/pool.ts'
import { FAILED_ATTEMPTS } from '../rules/limits.ts'

/**
 * Counts an attempt as failed before it is checked, so that many at once cannot pass the limit; undefined when the
 * limit is reached. `subject` is the compared form of an address, known or not, or a customer's id.
 */
export async function beginAttempt(
  sql: Sql,
  subject: string,
  now: Date,
): Promise<{ windowEndsAt: Date } | undefined> {
  const windowEndsAt = new Date(now.getTime() + FAILED_ATTEMPTS.windowMs)
  const [row] = await sql<{ windowEndsAt: Date }[]>`
    insert into accounts.failed_attempt as present (subject, failures, window_ends_at)
    values (${subject}, 1, ${windowEndsAt})
    on conflict (subject) do update set
      failures = case when present.window_ends_at <= ${now} then 1 else present.failures + 1 end,
      window_ends_at = case when present.window_ends_at <= ${now} then excluded.window_ends_at else present.window_ends_at end
    where present.window_ends_at <= ${now} or present.failures < ${FAILED_ATTEMPTS.max}
    returning window_ends_at as "windowEndsAt"`
  return row
}

/** Takes back an attempt that did not fail. Attempts of others stay counted (docs/decisions/0004). */
export async function takeBackAttempt(
  sql: Sql,
  subject: string,
  attempt: { windowEndsAt: Date },
): Promise<void> {
  await sql`
    update accounts.failed_attempt set failures = failures - 1
    where subject = ${subject} and window_ends_at = ${attempt.windowEndsAt} and failures > 0`
}

/** When attempts are taken again. */
export async function findWindowEnd(sql: Sql, subject: string): Promise<Date | undefined> {
  const [row] = await sql<{ windowEndsAt: Date }[]>`
    select window_ends_at as "windowEndsAt" from accounts.failed_attempt where subject = ${subject}`
  return row?.windowEndsAt
}
