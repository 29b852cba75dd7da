import type { CartLine } from '#modules/cart/contract.ts'
import type { Availability } from '#modules/inventory/contract.ts'

/** Messages for the lines of a cart whose stock is short, by the line's id. */
export function stockMessages(
  lines: readonly Pick<CartLine, 'id' | 'variantId' | 'quantity'>[],
  stock: readonly Availability[],
): Record<string, string> {
  const stockOfVariant = new Map(stock.map((item) => [item.variantId, item]))
  return Object.fromEntries(
    lines.flatMap(({ id, variantId, quantity }) => {
      const { available = null, backorder = false } = stockOfVariant.get(variantId) ?? {}
      return available === null || backorder || available >= quantity ? [] : [[id, piecesLeft(available)]]
    }),
  )
}

/** Messages for the lines of a cart that are no longer sold, by the line's id. `sold` is undefined while unknown. */
export function unsoldMessages(
  lines: readonly Pick<CartLine, 'id' | 'variantId'>[],
  sold: readonly { variantId: string }[] | undefined,
): Record<string, string> {
  if (!sold) return {}
  const known = new Set(sold.map(({ variantId }) => variantId))
  const unsold = lines.filter(({ variantId }) => !known.has(variantId))
  return Object.fromEntries(unsold.map(({ id }) => [id, 'No longer available: remove it to check out']))
}

/** A message for a shopper who wants more pieces than are available. The cart has `inCart` pieces already. */
export function piecesLeft(available: number, inCart = 0): string {
  if (available <= 0) return 'Sold out'
  if (inCart > 0 && inCart >= available) return `Only ${available} left, and you have ${inCart} in your cart`
  return inCart > 0 ? `Only ${available} left, ${inCart} of them in your cart` : `Only ${available} left`
}
