import type { Handles } from '../needs.ts'
import { variantExists } from '../store/read-variants.ts'

/** Inventory counts whatever id it is given: only the catalog knows which variants there are. */
export const setVariantStock: Handles<'setVariantStock'> = async (count, context) => {
  const { variantId } = count
  if (!(await variantExists(context.sql, variantId))) {
    throw context.fail(
      'VARIANT_NOT_FOUND',
      `Cannot set the stock of "${variantId}": no product has this variant. The list of products names them`,
    )
  }
  // Inventory makes the change, so its record of the key is the one that a crash before the answer here leaves.
  const options = context.key === undefined ? {} : { key: context.key }
  return context.unchanged(await context.calls.inventory.setStock(count, options))
}
