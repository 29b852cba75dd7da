import { orElse } from '#runtime/contract/or-else.ts'
import type { Sql } from '#runtime/database/pool.ts'
import type { Calls } from '#runtime/module/context.ts'
import type { LineProblem } from './contract.ts'
import type { needs } from './needs.ts'
import type { CartState } from './rules/cart-state.ts'
import { lineProblems } from './rules/line-problems.ts'
import { repriceLines } from './rules/reprice-lines.ts'
import { readCart } from './store.ts'
import { requireUsable, type UsableCheck } from './usable-cart.ts'

interface ReadContext extends UsableCheck {
  readonly sql: Sql
  readonly calls: Calls<typeof needs>
}

export interface Repriced {
  cart: CartState
  /** Why an order would refuse a line now, by the line's id. Empty while the cart is frozen, and once it is ordered. */
  problems: ReadonlyMap<string, LineProblem>
}

/** Reads the caller's cart at current prices. An ordered cart keeps the prices of its order. */
export async function readRepriced(context: ReadContext, cartId: string): Promise<Repriced> {
  const cart = requireUsable(context, cartId, await readCart(context.sql, cartId))
  if (cart.status === 'ordered' || cart.lines.length === 0) return { cart, problems: new Map() }
  const variantIds = cart.lines.map((line) => line.variantId)
  // The order of a frozen cart has reserved its pieces, so their availability says nothing about this cart.
  const isOpen = cart.status === 'open'
  // If the catalog does not answer, lines keep their last names and prices: placing an order reads them again.
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
