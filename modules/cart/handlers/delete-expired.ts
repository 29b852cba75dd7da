import type { Handles } from '../needs.ts'
import { deletionThreshold } from '../rules/expiry.ts'
import { deleteExpiredBefore } from '../store.ts'

/**
 * How many carts, and how many counts of coupon tries, a call deletes at most. The rest waits for the next run of the job,
 * an hour later.
 */
const BATCH = 10_000

export const deleteExpired: Handles<'deleteExpired'> = async (_input, context) =>
  context.commitStatement(async (sql) => ({
    deleted: await deleteExpiredBefore(sql, deletionThreshold(context.now()), context.now(), BATCH),
  }))
