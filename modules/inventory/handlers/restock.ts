import type { Handles } from '../needs.ts'
import { restock as giveBack } from '../store/give-back.ts'

export const restock: Handles<'restock'> = async ({ reservationId }, context) =>
  context.commit(async ({ sql, emit }) => {
    const { availableAgain } = await giveBack(sql, reservationId, context.now())
    for (const variantId of availableAgain) emit('availabilityChanged', { variantId, available: true })
    return {}
  })
