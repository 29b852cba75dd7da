import type { Handles } from '../needs.ts'
import { releaseExpiredBatch } from '../store/release-and-restock.ts'

/** Reservations per call. Their stock rows are locked together, so a checkout waits for at most one batch. */
const BATCH = 500

export const releaseExpired: Handles<'releaseExpired'> = async (_input, context) =>
  context.commit(async ({ sql, emit }) => {
    const { count, availableAgain } = await releaseExpiredBatch(sql, context.now(), BATCH)
    for (const variantId of availableAgain) emit('availabilityChanged', { variantId, available: true })
    return { released: count }
  })
