import type { Handles } from '../needs.ts'
import { readSellableVariants } from '../store/read-variants.ts'

export const getVariants: Handles<'getVariants'> = async ({ variantIds }, context) => {
  return { variants: variantIds.length > 0 ? await readSellableVariants(context.sql, variantIds) : [] }
}
