import type { SellableVariant } from '#modules/catalog/contract.ts'
import type { LineState } from './cart-state.ts'
import { exceedsCart } from './limits.ts'
import { lineOf } from './line-of.ts'

/**
 * Updates lines to the catalog's current data. If they then exceed what a cart can hold, all stay unchanged and
 * `exceeds` is set: risen prices must not make a cart unreadable. A line whose variant is no longer sold in this
 * currency stays unchanged and is listed in `unsold`, so that no line disappears without a notice.
 */
export function repriceLines(
  lines: readonly LineState[],
  variants: readonly SellableVariant[],
  currency: string,
): { lines: LineState[]; unsold: LineState[]; exceeds: boolean } {
  const sold = new Map(variants.map((variant) => [variant.variantId, variant]))
  const unsold: LineState[] = []
  const repriced = lines.map((line) => {
    const variant = sold.get(line.variantId)
    if (variant?.price.currency === currency) return lineOf(line.id, line.quantity, variant)
    unsold.push(line)
    return line
  })
  const exceeds = exceedsCart(repriced)
  return { lines: exceeds ? [...lines] : repriced, unsold, exceeds }
}
