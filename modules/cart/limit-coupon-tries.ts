import { Failure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { COUPON_WINDOW_MS, type CouponLimit } from './rules/coupon-limits.ts'
import { countCouponTry, findCouponTries } from './store.ts'

interface CountContext {
  sql: Sql
  now(): Date
}

/**
 * Throws TOO_MANY_ATTEMPTS once too many unknown codes were tried, whether this code exists or not: otherwise the
 * answer would reveal which codes exist. An unknown code (`isUnknown`) is counted before the answer, so that parallel
 * guesses cannot exceed the limit.
 */
export async function limitCouponTries(
  { sql, now }: CountContext,
  limits: readonly CouponLimit[],
  isUnknown: boolean,
): Promise<void> {
  if (!isUnknown) {
    await refuseAtLimit(sql, limits, now())
    return
  }
  const windowEndsAt = new Date(now().getTime() + COUPON_WINDOW_MS)
  for (const limit of limits) {
    const isCounted = await countCouponTry(sql, limit, windowEndsAt, now())
    // Does not throw if the window has ended in between: this try is then free
    if (!isCounted) await refuseAtLimit(sql, [limit], now())
  }
}

/** Throws TOO_MANY_ATTEMPTS if one of the limits is reached. */
async function refuseAtLimit(sql: Sql, limits: readonly CouponLimit[], now: Date): Promise<void> {
  const tries = await findCouponTries(
    sql,
    limits.map(({ subject }) => subject),
  )
  const exhausted = limits.flatMap(({ subject, max }) =>
    tries.filter((each) => each.subject === subject && each.failures >= max && each.windowEndsAt > now),
  )
  if (exhausted.length === 0) return
  const end = Math.max(...exhausted.map(({ windowEndsAt }) => windowEndsAt.getTime()))
  const retryAfterSeconds = Math.max(1, Math.ceil((end - now.getTime()) / 1000))
  throw new Failure(
    'TOO_MANY_ATTEMPTS',
    429,
    `Cannot apply a coupon: too many codes that do not exist were tried. Try again in ${Math.ceil(retryAfterSeconds / 60)} min`,
    { retryAfterSeconds },
  )
}
