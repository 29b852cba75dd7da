import type { CartLine } from '#modules/cart/contract.ts'

type Piece = Pick<CartLine, 'variantId' | 'quantity'>

/** What a cart lacks of the items of an order. */
export function missingItems(ordered: readonly Piece[], inCart: readonly Piece[]): Piece[] {
  const present = new Map(inCart.map(({ variantId, quantity }) => [variantId, quantity]))
  return ordered.flatMap(({ variantId, quantity }) => {
    const missing = quantity - (present.get(variantId) ?? 0)
    return missing > 0 ? [{ variantId, quantity: missing }] : []
  })
}
