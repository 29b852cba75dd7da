import type { Handles } from '../needs.ts'
import { removeVariants } from '../store.ts'

export const removeFromWishlist: Handles<'removeFromWishlist'> = async ({ variantId }, context) => {
  const { customerId } = context.caller
  return context.commitStatement(async (sql) => {
    await removeVariants(sql, customerId, [variantId])
    return {}
  })
}
