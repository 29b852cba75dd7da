import type { SellableVariant } from '#modules/catalog/contract.ts'
import type { LineState } from './cart-state.ts'
import { exceedsLimits } from './limits.ts'
import { lineOf } from './line-of.ts'

/**
 * Updates lines to the catalog's current data. If they then exceed what a cart can hold, all stay unchanged and
 * `exceedsLimits` is true: risen prices must not make a cart unreadable. A line whose variant is no longer sold in this
 * currency stays unchanged and is listed in `unsold`, so that no line disappears without a notice.
 */
export function repriceLines(
  lines: readonly LineState[],
  variants: readonly SellableVariant[],
  currency: string,
): { lines: LineState[]; unsold: LineState[]; exceedsLimits: boolean } {
  const sold = new Map(variants.map((variant) => [variant.variantId, variant]))
  const unsold: LineState[] = []
  const repriced = lines.map((line) => {
    const variant = sold.get(line.variantId)
    if (variant?.price.currency === currency) return lineOf(line.id, line.quantity, variant)
    unsold.push(line)
    return line
  })
  const exceeds = exceedsLimits(repriced)
  return { lines: exceeds ? [...lines] : repriced, unsold, exceedsLimits: exceeds }
}
