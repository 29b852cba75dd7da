import type { SellableVariant } from '#modules/catalog/contract.ts'
import type { LineState } from './cart-state.ts'
import { lineOf } from './line-of.ts'

/**
 * Brings lines up to what the catalog tells now. A line whose variant is no longer sold in this currency stays as it
 * was, and is named in `unsold`, so that nothing leaves a cart unseen.
 */
export function repriceLines(
  lines: readonly LineState[],
  variants: readonly SellableVariant[],
  currency: string,
): { lines: LineState[]; unsold: LineState[] } {
  const sold = new Map(variants.map((variant) => [variant.variantId, variant]))
  const unsold: LineState[] = []
  const repriced = lines.map((line) => {
    const variant = sold.get(line.variantId)
    if (variant?.price.currency === currency) return lineOf(line.id, line.quantity, variant)
    unsold.push(line)
    return line
  })
  return { lines: repriced, unsold }
}
