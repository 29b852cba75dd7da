import type { Handles } from '../needs.ts'
import { draftOfStored } from '../rules/draft-of-stored.ts'
import { readSavedProduct } from '../store/saved-products.ts'

export const getSavedProduct: Handles<'getSavedProduct'> = async ({ handle }, context) => {
  const found = await readSavedProduct(context.sql, handle)
  if (!found) throw context.fail('PRODUCT_NOT_FOUND', `Cannot find a product with the handle "${handle}"`)
  const { id, variantIds, createdAt, updatedAt, stored } = found
  return {
    productId: id,
    variantIds,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    product: draftOfStored(stored),
  }
}
