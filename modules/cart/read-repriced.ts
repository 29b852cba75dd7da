import { orElse } from '#runtime/contract/or-else.ts'
import type { Sql } from '#runtime/database/pool.ts'
import type { Calls } from '#runtime/module/context.ts'
import type { LineProblem } from './contract.ts'
import type { needs } from './needs.ts'
import type { CartState } from './rules/cart-state.ts'
import { lineProblems } from './rules/line-problems.ts'
import { repriceLines } from './rules/reprice-lines.ts'
import { readCart } from './store.ts'
import { type Reading, requireUsable } from './usable-cart.ts'

interface ReadContext extends Reading {
  readonly sql: Sql
  readonly calls: Calls<typeof needs>
}

export interface Repriced {
  cart: CartState
  /** What an order would refuse now, by the line's id; nothing of a cart that is ordered or being ordered. */
  problems: ReadonlyMap<string, LineProblem>
}

/** The caller's cart at the prices of now. An ordered one shows what was ordered. */
export async function readRepriced(context: ReadContext, cartId: string): Promise<Repriced> {
  const cart = requireUsable(context, cartId, await readCart(context.sql, cartId))
  if (cart.status === 'ordered' || cart.lines.length === 0) return { cart, problems: new Map() }
  const variantIds = cart.lines.map((line) => line.variantId)
  // What an order under way has set aside is not short for its own cart.
  const isOpen = cart.status === 'open'
  // Without the catalog, names and prices are those that the lines had last: an order asks for them once more.
  const [sold, stock] = await Promise.all([
    orElse(context.calls.catalog.getVariants({ variantIds }), undefined),
    isOpen ? orElse(context.calls.inventory.getAvailability({ variantIds }), { items: [] }) : { items: [] },
  ])
  const { lines, unsold } = sold
    ? repriceLines(cart.lines, sold.variants, cart.currency)
    : { lines: cart.lines, unsold: [] }
  return {
    cart: { ...cart, lines },
    problems: isOpen ? lineProblems(lines, unsold, stock.items) : new Map(),
  }
}
