import type { Handles } from '../needs.ts'
import { variantExists } from '../store/read-variants.ts'

/** Checks that the variant exists, because inventory accepts any id. */
export const setVariantStock: Handles<'setVariantStock'> = async (count, context) => {
  const { variantId } = count
  if (!(await variantExists(context.sql, variantId))) {
    throw context.fail(
      'VARIANT_NOT_FOUND',
      `Cannot set the stock of "${variantId}": no product has this variant. Read the product to see its variants`,
    )
  }
  // Inventory stores the idempotency key with the change: a repeat after a crash of this process finds the change
  const options = context.key === undefined ? {} : { key: context.key }
  return context.unchanged(await context.calls.inventory.setStock(count, options))
}
