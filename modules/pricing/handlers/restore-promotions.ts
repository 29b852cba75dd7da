import type { Handles } from '../needs.ts'
import { restore } from '../store/redemptions.ts'

export const restorePromotions: Handles<'restorePromotions'> = async ({ orderId }, context) =>
  context.commit(async ({ sql }) => {
    await restore(sql, orderId, context.now())
    return {}
  })
