import { orElse } from '#runtime/contract/or-else.ts'
import type { Sql } from '#runtime/database/pool.ts'
import type { Calls } from '#runtime/module/define.ts'
import type { needs } from './needs.ts'
import type { CartState } from './rules/cart-state.ts'
import { repriceLines } from './rules/reprice-lines.ts'
import { readCart } from './store.ts'
import { type Reading, requireUsable } from './usable-cart.ts'

interface ReadContext extends Reading {
  readonly sql: Sql
  readonly calls: Calls<typeof needs>
}

/** The caller's cart at the prices of now. An ordered one shows what was ordered. */
export async function readRepriced(context: ReadContext, cartId: string): Promise<CartState> {
  const cart = requireUsable(context, cartId, await readCart(context.sql, cartId))
  if (cart.status === 'ordered' || cart.lines.length === 0) return cart
  const variantIds = cart.lines.map((line) => line.variantId)
  // Without the catalog, names and prices are those that the lines had last: an order asks for them once more.
  const sold = await orElse(context.calls.catalog.getVariants({ variantIds }), undefined)
  return sold ? { ...cart, lines: repriceLines(cart.lines, sold.variants, cart.currency).lines } : cart
}
