import type { Handles } from '../needs.ts'
import { variantExists } from '../store/read-variants.ts'

export const getVariantStock: Handles<'getVariantStock'> = async ({ variantId }, context) => {
  if (!(await variantExists(context.sql, variantId))) {
    throw context.fail(
      'VARIANT_NOT_FOUND',
      `Cannot read the stock of "${variantId}": no product has this variant`,
    )
  }
  const { items } = await context.calls.inventory.getLevels({ variantIds: [variantId] })
  return items[0]!
}
