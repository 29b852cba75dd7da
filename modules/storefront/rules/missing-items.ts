import type { CartLine } from '#modules/cart/contract.ts'

type Item = Pick<CartLine, 'variantId' | 'quantity'>

/** The items of an order that are not in the cart, with the missing quantities. */
export function missingItems(ordered: readonly Item[], inCart: readonly Item[]): Item[] {
  const present = new Map(inCart.map(({ variantId, quantity }) => [variantId, quantity]))
  return ordered.flatMap(({ variantId, quantity }) => {
    const missing = quantity - (present.get(variantId) ?? 0)
    return missing > 0 ? [{ variantId, quantity: missing }] : []
  })
}
