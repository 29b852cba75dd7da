import type { Handles } from '../needs.ts'
import { restock as returnStock } from '../store/release-and-restock.ts'

export const restock: Handles<'restock'> = async ({ reservationId }, context) =>
  context.commit(async ({ sql, emit }) => {
    const { availableAgain } = await returnStock(sql, reservationId, context.now())
    for (const variantId of availableAgain) emit('availabilityChanged', { variantId, available: true })
    return {}
  })
