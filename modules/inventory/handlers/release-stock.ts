import type { Handles } from '../needs.ts'
import { release } from '../store/release-and-restock.ts'

export const releaseStock: Handles<'releaseStock'> = async ({ reservationId }, context) =>
  context.commit(async ({ sql, emit }) => {
    const { availableAgain } = await release(sql, reservationId, context.now())
    for (const variantId of availableAgain) emit('availabilityChanged', { variantId, available: true })
    return {}
  })
