import type { Handles } from '../needs.ts'
import { readProduct } from '../store/read-product.ts'

export const getProduct: Handles<'getProduct'> = async ({ handle }, context) => {
  const product = await readProduct(context.sql, handle)
  if (!product) throw context.fail('PRODUCT_NOT_FOUND', `Cannot find a product with the handle "${handle}"`)
  return product
}
