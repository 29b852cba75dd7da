import { orElse } from '#runtime/contract/or-else.ts'
import type { Handles } from '../needs.ts'
import { presentCart } from '../rules/present-cart.ts'
import { repriceLines } from '../rules/reprice-lines.ts'
import { readCart } from '../store.ts'
import { requireUsable } from '../usable-cart.ts'

export const getCart: Handles<'getCart'> = async ({ cartId }, context) => {
  const cart = requireUsable(context, cartId, await readCart(context.sql, cartId))
  // An ordered cart shows what was ordered
  if (cart.status === 'ordered' || cart.lines.length === 0) return presentCart(cart, context.now())
  const variantIds = cart.lines.map((line) => line.variantId)
  // Without the catalog, names and prices are those that the lines had last: an order asks for them once more.
  const sold = await orElse(context.calls.catalog.getVariants({ variantIds }), undefined)
  const lines = sold ? repriceLines(cart.lines, sold.variants, cart.currency).lines : cart.lines
  return presentCart({ ...cart, lines }, context.now())
}
