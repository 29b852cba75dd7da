import type { Handles } from '../needs.ts'
import { restockSale } from '../store/give-back.ts'

export const restock: Handles<'restock'> = async ({ reservationId }, context) =>
  context.commit(async ({ sql, emit }) => {
    const { availableAgain } = await restockSale(sql, reservationId, context.now())
    for (const variantId of availableAgain) emit('availabilityChanged', { variantId, available: true })
    return {}
  })
