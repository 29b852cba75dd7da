import type { Handles } from '../needs.ts'
import { readVariantIds } from '../store.ts'

export const getWishlist: Handles<'getWishlist'> = async (_input, context) => {
  const variantIds = await readVariantIds(context.sql, context.caller.customerId)
  const { variants } = await context.calls.catalog.getVariants({ variantIds })
  const onSale = new Map(variants.map((variant) => [variant.variantId, variant]))
  return {
    items: variantIds.toReversed().flatMap((variantId) => {
      const variant = onSale.get(variantId)
      if (!variant) return []
      const { productHandle, productTitle, variantTitle, price } = variant
      return [{ variantId, productHandle, productTitle, variantTitle, price }]
    }),
  }
}
