import type { Handles } from '../needs.ts'
import { addVariant } from '../store.ts'

export const addToWishlist: Handles<'addToWishlist'> = async ({ variantId }, context) => {
  const { customerId } = context.caller
  const { maxItems } = context.services
  const { variants } = await context.calls.catalog.getVariants({ variantIds: [variantId] })
  if (variants.length === 0)
    throw context.fail(
      'VARIANT_NOT_FOUND',
      `Cannot add "${variantId}": no published product has this variant`,
    )
  return context.commitStatement(async (sql) => {
    if (!(await addVariant(sql, { customerId, variantId, maxItems })))
      throw context.fail(
        'WISHLIST_FULL',
        `Cannot add "${variantId}": the wishlist has ${maxItems} variants already. Remove one first`,
      )
    return {}
  })
}
