import type { CartState, LineState } from './cart-state.ts'
import { exceedsLimits, MAX_COUPONS } from './limits.ts'

/**
 * Adds the lines and coupons of `from` to `into`. Quantities of the same variant add up; contact and shipping option
 * are copied where `into` has none. Returns undefined if one cart cannot hold everything.
 */
export function mergeCarts(into: CartState, from: CartState): CartState | undefined {
  const lines = mergeLines(into.lines, from.lines)
  const coupons = [...new Set([...into.coupons, ...from.coupons])]
  if (exceedsLimits(lines) || coupons.length > MAX_COUPONS) return undefined
  return {
    ...into,
    lines,
    coupons,
    contact: into.contact ?? from.contact,
    shippingOptionId: into.shippingOptionId ?? from.shippingOptionId,
  }
}

function mergeLines(into: readonly LineState[], from: readonly LineState[]): LineState[] {
  const merged = new Map(into.map((line) => [line.variantId, line]))
  for (const line of from) {
    const present = merged.get(line.variantId)
    // `from` was used last, so its copy of the price is the newer one
    merged.set(
      line.variantId,
      present ? { ...line, id: present.id, quantity: present.quantity + line.quantity } : line,
    )
  }
  return [...merged.values()]
}
