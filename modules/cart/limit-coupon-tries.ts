import { Failure } from '#runtime/contract/failure.ts'
import type { Sql } from '#runtime/database/pool.ts'
import { COUPON_WINDOW_MS, type CouponLimit } from './rules/coupon-limits.ts'
import { countCouponTry, findCouponTries } from './store.ts'

interface Counting {
  sql: Sql
  now(): Date
}

/**
 * Refuses with TOO_MANY_ATTEMPTS once too many codes were none, whether this one is or not: else the refusal would tell
 * them apart. A code that is none (`isNone`) counts before anything is said of it, so that many at once cannot pass.
 */
export async function limitCouponTries(
  { sql, now }: Counting,
  limits: readonly CouponLimit[],
  isNone: boolean,
): Promise<void> {
  if (!isNone) {
    await refuseFull(sql, limits, now())
    return
  }
  const windowEndsAt = new Date(now().getTime() + COUPON_WINDOW_MS)
  for (const limit of limits) {
    if (await countCouponTry(sql, limit, windowEndsAt, now())) continue
    await refuseFull(sql, [limit], now())
  }
}

async function refuseFull(sql: Sql, limits: readonly CouponLimit[], now: Date): Promise<void> {
  const tries = await findCouponTries(
    sql,
    limits.map(({ subject }) => subject),
  )
  const full = limits.flatMap(({ subject, max }) =>
    tries.filter((each) => each.subject === subject && each.failures >= max && each.windowEndsAt > now),
  )
  if (full.length === 0) return
  const end = Math.max(...full.map(({ windowEndsAt }) => windowEndsAt.getTime()))
  const retryAfterSeconds = Math.max(1, Math.ceil((end - now.getTime()) / 1000))
  throw new Failure(
    'TOO_MANY_ATTEMPTS',
    429,
    `Cannot apply a coupon: too many codes were tried that do not exist. Try again in ${Math.ceil(retryAfterSeconds / 60)} min`,
    { retryAfterSeconds },
  )
}
