import { orElse } from '#runtime/contract/or-else.ts'
import type { Sql } from '#runtime/database/pool.ts'
import type { Calls } from '#runtime/module/context.ts'
import type { needs } from './needs.ts'
import { applyOffer, type Offer, type OfferedCart } from './rules/apply-offer.ts'
import type { CartState } from './rules/cart-state.ts'
import { readCart } from './store.ts'
import { requireUsable, type UsableCheck } from './usable-cart.ts'

export interface OfferContext {
  readonly calls: Calls<typeof needs>
}

interface ReadContext extends OfferContext, UsableCheck {
  readonly sql: Sql
}

/**
 * Asks catalog and inventory for the variants of a cart, and for `further` ones, in parallel. If a module does not
 * answer, the offer says nothing about its part: lines keep their last names and prices, and stock counts as unlimited,
 * as placing an order reads both again. With `catalogRequired`, the failure of the catalog is thrown instead.
 */
export async function readOffer(
  { calls }: OfferContext,
  { status, lines }: Pick<CartState, 'status' | 'lines'>,
  { further = [], catalogRequired = false }: { further?: readonly string[]; catalogRequired?: boolean } = {},
): Promise<Offer> {
  const variantIds = [...new Set([...lines.map(({ variantId }) => variantId), ...further])]
  if (variantIds.length === 0) return { variantIds: new Set(), variants: [], availability: [] }
  const reading = calls.catalog.getVariants({ variantIds })
  const [sold, stock] = await Promise.all([
    catalogRequired ? reading : orElse(reading, undefined),
    // The order of a frozen cart has reserved its pieces, so their availability says nothing about this cart.
    status === 'open'
      ? orElse(calls.inventory.getAvailability({ variantIds }), { items: [] })
      : { items: [] },
  ])
  return { variantIds: new Set(variantIds), variants: sold?.variants, availability: stock.items }
}

/** Reads the caller's cart at current prices. An ordered cart keeps the prices of its order. */
export async function readOffered(context: ReadContext, cartId: string): Promise<OfferedCart> {
  const cart = requireUsable(context, cartId, await readCart(context.sql, cartId))
  if (cart.status === 'ordered') return { cart, problems: new Map() }
  const offered = applyOffer(cart, await readOffer(context, cart))
  return cart.status === 'open' ? offered : { ...offered, problems: new Map() }
}
