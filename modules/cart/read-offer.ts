import { orElse } from '#runtime/contract/or-else.ts'
import type { Sql } from '#runtime/database/pool.ts'
import type { Calls } from '#runtime/module/context.ts'
import type { needs } from './needs.ts'
import { applyOffer, type Offer, type RepricedCart } from './rules/apply-offer.ts'
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
 * Asks catalog and inventory in parallel for the variants of a cart, and for a variant that is being added. If a module
 * does not answer, its part of the offer is missing: lines keep their last names and prices, and stock counts as
 * unlimited, because placing an order reads both again. Only an addition needs the catalog, and throws its failure.
 */
export async function readOffer(
  { calls }: OfferContext,
  { status, lines }: Pick<CartState, 'status' | 'lines'>,
  addedVariantId?: string,
): Promise<Offer> {
  const added = addedVariantId === undefined ? [] : [addedVariantId]
  const variantIds = [...new Set([...lines.map(({ variantId }) => variantId), ...added])]
  if (variantIds.length === 0) return { variantIds: new Set(), variants: [], availability: [] }
  const reading = calls.catalog.getVariants({ variantIds })
  const [sold, stock] = await Promise.all([
    addedVariantId === undefined ? orElse(reading, undefined) : reading,
    // The order of a frozen cart has reserved its pieces, so their availability says nothing about this cart.
    status === 'open'
      ? orElse(calls.inventory.getAvailability({ variantIds }), { items: [] })
      : { items: [] },
  ])
  return { variantIds: new Set(variantIds), variants: sold?.variants, availability: stock.items }
}

/** Reads the caller's cart at current prices. An ordered cart keeps the prices of its order. */
export async function readRepricedCart(context: ReadContext, cartId: string): Promise<RepricedCart> {
  const cart = requireUsable(context, cartId, await readCart(context.sql, cartId))
  if (cart.status === 'ordered') return { cart, problems: new Map() }
  const repriced = applyOffer(cart, await readOffer(context, cart))
  // The order that froze a cart has already checked its lines
  return cart.status === 'frozen' ? { ...repriced, problems: new Map() } : repriced
}
