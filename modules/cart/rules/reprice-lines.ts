import type { SellableVariant } from '#modules/catalog/contract.ts'
import type { LineState } from './cart-state.ts'
import { exceedsCart } from './limits.ts'
import { lineOf } from './line-of.ts'

/**
 * Brings lines up to what the catalog tells now. Where they cost more by that than a cart can hold, all stay as they were,
 * and `exceeds` is set: prices that have risen must not make a cart unreadable. A line whose variant is no longer sold in this currency stays as it
 * was, and is named in `unsold`, so that nothing leaves a cart unseen.
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
