import type { Handles } from '../needs.ts'
import { readVariantIds } from '../store/saved-products.ts'

export const getProductStock: Handles<'getProductStock'> = async ({ handle }, context) => {
  const variantIds = await readVariantIds(context.sql, handle)
  if (!variantIds)
    throw context.fail('PRODUCT_NOT_FOUND', `Cannot find a product with the handle "${handle}"`)
  return await context.calls.inventory.getLevels({ variantIds })
}
