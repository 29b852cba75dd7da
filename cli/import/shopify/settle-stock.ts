import { type ProductDraft, type VariantDraft, warn } from './product-draft.ts'

/**
 * The stock of each of a product's variants, null where it is not tracked.
 *
 * Where `Variant Inventory Tracker` is filled, the quantity counts. Where it is empty on all variants, Shopify does
 * not track the stock; but files made by hand leave it empty and give quantities all the same. So a quantity
 * above zero on any variant makes all of them count (with a warning), and only zeros mean that nothing is tracked.
 */
export function settleStock(draft: ProductDraft, variants: VariantDraft[]): (number | null)[] {
  const hasTracker = variants.some((variant) => variant.hasTracker)
  const hasPieces = variants.find(({ counted }) => counted !== null && counted > 0)
  if (!hasTracker && hasPieces) {
    const message = "Taken as stock: a quantity is given, although 'Variant Inventory Tracker' is empty"
    warn(draft, hasPieces.row, 'quantity', 'STOCK_FROM_QUANTITY', message)
  }
  return variants.map((variant) => {
    const isTracked = hasTracker ? variant.hasTracker : hasPieces !== undefined
    return isTracked ? atLeastZero(draft, variant) : null
  })
}

function atLeastZero(draft: ProductDraft, { row, counted }: VariantDraft): number {
  if (counted === null || counted >= 0) return counted ?? 0
  warn(draft, row, 'quantity', 'STOCK_NEGATIVE', `Taken as 0: the quantity is ${counted}`)
  return 0
}
