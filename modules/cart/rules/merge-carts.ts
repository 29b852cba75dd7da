import type { CartState, LineState } from './cart-state.ts'
import { exceedsCart, MAX_COUPONS } from './limits.ts'

/**
 * A customer's cart with everything that a guest's cart adds to it: quantities of the same variant add up, and what the
 * customer's cart does not say yet is taken over. undefined when one cart cannot hold it all.
 */
export function mergeCarts(into: CartState, from: CartState): CartState | undefined {
  const lines = mergeLines(into.lines, from.lines)
  const coupons = [...new Set([...into.coupons, ...from.coupons])]
  if (exceedsCart(lines) || coupons.length > MAX_COUPONS) return undefined
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
    // The guest chose last, so that cart has the newer price
    merged.set(
      line.variantId,
      present ? { ...line, id: present.id, quantity: present.quantity + line.quantity } : line,
    )
  }
  return [...merged.values()]
}
