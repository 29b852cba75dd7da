import type { Sql } from '#runtime/database/pool.ts'
import type { AttemptLimit } from '../rules/attempt-limits.ts'

/** An attempt that counts as failed until it is refunded. */
export interface Attempt {
  subject: string
  /** The end of the time window that counts it. A refund after this time must not change the count of a later window. */
  windowEndsAt: Date
}

/**
 * Counts an attempt as failed before the password is checked, so that concurrent attempts cannot exceed the limit.
 * Returns undefined when the limit is reached.
 */
export async function beginAttempt(
  sql: Sql,
  { subject, max, windowMs }: AttemptLimit,
  now: Date,
): Promise<Attempt | undefined> {
  const windowEndsAt = new Date(now.getTime() + windowMs)
  const [row] = await sql<Attempt[]>`
    insert into accounts.failed_attempt as present (subject, failures, window_ends_at)
    values (${subject}, 1, ${windowEndsAt})
    on conflict (subject) do update set
      failures = case when present.window_ends_at <= ${now} then 1 else present.failures + 1 end,
      window_ends_at = case when present.window_ends_at <= ${now} then excluded.window_ends_at else present.window_ends_at end
    where present.window_ends_at <= ${now} or present.failures < ${max}
    returning subject, window_ends_at as "windowEndsAt"`
  return row
}

/** Removes these attempts from the counts, because they did not fail. Other attempts stay (docs/decisions/0004). */
export async function refundAttempts(sql: Sql, attempts: readonly Attempt[]): Promise<void> {
  for (const { subject, windowEndsAt } of attempts) {
    await sql`
      update accounts.failed_attempt set failures = failures - 1
      where subject = ${subject} and window_ends_at = ${windowEndsAt} and failures > 0`
  }
}

/** The end of the subject's time window, when attempts are accepted again; undefined if it has no count. */
export async function findWindowEnd(sql: Sql, subject: string): Promise<Date | undefined> {
  const [row] = await sql<{ windowEndsAt: Date }[]>`
    select window_ends_at as "windowEndsAt" from accounts.failed_attempt where subject = ${subject}`
  return row?.windowEndsAt
}
