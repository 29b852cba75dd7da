import type { CartLine } from '#modules/cart/contract.ts'
import type { Availability } from '#modules/inventory/contract.ts'

/** What to tell about the lines of a cart that cannot be had in full, by the line's id. */
export function stockMessages(
  lines: readonly Pick<CartLine, 'id' | 'variantId' | 'quantity'>[],
  stock: readonly Availability[],
): Record<string, string> {
  const left = new Map(stock.map((item) => [item.variantId, item]))
  return Object.fromEntries(
    lines.flatMap(({ id, variantId, quantity }) => {
      const { available = null, backorder = false } = left.get(variantId) ?? {}
      return available === null || backorder || available >= quantity ? [] : [[id, piecesLeft(available)]]
    }),
  )
}

/** The same for lines that are no longer sold, which an order would refuse. `sold`: unknown when nobody can tell. */
export function unsoldMessages(
  lines: readonly Pick<CartLine, 'id' | 'variantId'>[],
  sold: readonly { variantId: string }[] | undefined,
): Record<string, string> {
  if (!sold) return {}
  const known = new Set(sold.map(({ variantId }) => variantId))
  const unsold = lines.filter(({ variantId }) => !known.has(variantId))
  return Object.fromEntries(unsold.map(({ id }) => [id, 'No longer available: remove it to order the rest']))
}

/** How many pieces are left, for a shopper who wants more: `Only 2 left`. `inCart` of them are in the cart already. */
export function piecesLeft(available: number, inCart = 0): string {
  if (available <= 0) return 'Sold out'
  if (inCart > 0 && inCart >= available) return `Only ${available} left, and you have ${inCart} in your cart`
  return inCart > 0 ? `Only ${available} left, ${inCart} of them in your cart` : `Only ${available} left`
}
