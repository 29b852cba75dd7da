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
  const { variants } = await context.calls.catalog.getVariants({ variantIds })
  const { lines } = repriceLines(cart.lines, variants, cart.currency)
  return presentCart({ ...cart, lines }, context.now())
}
