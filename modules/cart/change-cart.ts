import type { Sql } from '#runtime/database/pool.ts'
import type { Commits, Committed } from '#runtime/module/define.ts'
import type { Cart, cart } from './contract.ts'
import { type OfferContext, readOffer } from './read-offer.ts'
import { applyOffer, type Offer, type RepricedCart } from './rules/apply-offer.ts'
import type { CartState } from './rules/cart-state.ts'
import { expiryAfterUse } from './rules/expiry.ts'
import { presentCart } from './rules/present-cart.ts'
import { lockCarts, readCart, updateCart } from './store.ts'
import { type OpenCheck, requireOpen } from './usable-cart.ts'

/** Another request changed the cart between the read and the write. */
class VersionConflict extends Error {}

interface ChangeContext extends OpenCheck, OfferContext, Commits<typeof cart> {
  readonly sql: Sql
}

/**
 * Returns the changed cart; `repriced.cart` itself if nothing changes. `repriced` has current names and prices. Throws the
 * failures that the method declares. Runs a second time, on the newer cart, if another request changed the cart meanwhile.
 */
export type CartChange = (repriced: RepricedCart, offer: Offer) => CartState

interface ChangeOptions {
  /** The cart, if the handler has already read it. Default: `changeCart` reads it. */
  cart?: CartState
  /** The variant that the change adds. The offer then covers it, too, and the catalog must answer. */
  addedVariantId?: string
}

/**
 * Changes an open cart with a pure function. It asks catalog and inventory first, so that the answer shows the same as
 * `getCart`: current prices, and totals without the lines that cannot be ordered. It writes the cart only if the cart
 * still has the version that was read. If another request wrote in between, it locks the cart and changes it again: no
 * change is lost, and no request retries forever.
 */
export async function changeCart(
  context: ChangeContext,
  cartId: string,
  change: CartChange,
  { cart, addedVariantId }: ChangeOptions = {},
): Promise<Committed<Cart>> {
  const now = context.now()
  const before = requireOpen(context, cartId, cart ?? (await readCart(context.sql, cartId)))
  const offer = await readOffer(context, before, addedVariantId)
  const repriced = applyOffer(before, offer)
  const after = change(repriced, offer)
  if (after === repriced.cart) return context.unchanged(present(after, offer, now))
  try {
    return await context.commitStatement(async (sql) => {
      const written = withExtendedExpiry(after, now)
      if (!(await updateCart(sql, written, now))) throw new VersionConflict()
      return present(written, offer, now)
    })
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error
  }
  return await context.commit(async ({ sql }) => {
    const locked = requireOpen(context, cartId, (await lockCarts(sql, [cartId])).get(cartId))
    // The offer does not cover a line that the other request has just added: its price stays, and its stock is unchecked.
    const written = withExtendedExpiry(change(applyOffer(locked, offer), offer), now)
    await updateCart(sql, written, now)
    return present(written, offer, now)
  })
}

function present(changed: CartState, offer: Offer, now: Date): Cart {
  const { cart, problems } = applyOffer(changed, offer)
  return presentCart(cart, now, problems)
}

function withExtendedExpiry(cart: CartState, now: Date): CartState {
  return { ...cart, expiresAt: expiryAfterUse(cart.expiresAt, now) }
}
