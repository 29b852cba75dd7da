import type { Sql } from '#runtime/database/pool.ts'
import type { Commits, Committed } from '#runtime/module/define.ts'
import type { Cart, cart } from './contract.ts'
import { type OfferContext, readOffer } from './read-offer.ts'
import { type CartQuote, readQuote } from './read-quote.ts'
import { applyOffer, type Offer, orderableCart, type RepricedCart } from './rules/apply-offer.ts'
import type { CartState } from './rules/cart-state.ts'
import { expiryAfterUse } from './rules/expiry.ts'
import { plainQuote } from './rules/plain-quote.ts'
import { presentCart } from './rules/present-cart.ts'
import { lockCarts, readCart, updateCart } from './store.ts'
import { type OpenCheck, requireOpen } from './usable-cart.ts'

/** Another request changed the cart between the read and the write. */
class VersionConflict extends Error {}

/** How many times a change is tried without a lock. */
const ATTEMPTS = 3

interface ChangeContext extends OpenCheck, OfferContext, Commits<typeof cart> {
  readonly sql: Sql
}

/**
 * Returns the changed cart; `repriced.cart` itself if nothing changes. `repriced` has current names and prices. Throws the
 * failures that the method declares. Runs again, on the newer cart, if another request changed the cart meanwhile.
 */
export type CartChange = (repriced: RepricedCart, offer: Offer) => CartState

interface ChangeOptions {
  /** The cart, if the handler has already read it. Default: `changeCart` reads it. */
  cart?: CartState
  /** The variant that the change adds. The offer then covers it, too, and the catalog must answer. */
  addedVariantId?: string
  /** Throws the failures of the method that depend on what the changed cart costs. */
  check?: (quoted: CartQuote, changed: CartState) => void | Promise<void>
}

/**
 * Changes an open cart with a pure function. It asks catalog, inventory and pricing first, so that the answer shows the
 * same as `getCart`: current prices, and totals without the lines that cannot be ordered. It writes the cart only if the
 * cart still has the version that was read, and tries again with the newer cart otherwise. The last attempt locks the
 * cart, so that no request retries forever; since no module is asked while a lock is held, its answer is `incomplete`.
 */
export async function changeCart(
  context: ChangeContext,
  cartId: string,
  change: CartChange,
  { cart, addedVariantId, check }: ChangeOptions = {},
): Promise<Committed<Cart>> {
  const now = context.now()
  let before = requireOpen(context, cartId, cart ?? (await readCart(context.sql, cartId)))
  const offer = await readOffer(context, before, addedVariantId)
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    // After a conflict the offer may lack a line that the other request has added: its price stays, its stock is unchecked
    if (attempt > 1) before = requireOpen(context, cartId, await readCart(context.sql, cartId))
    const repriced = applyOffer(before, offer)
    const after = change(repriced, offer)
    const quoted = await readQuote(context, applyOffer(after, offer))
    if (after === repriced.cart) return context.unchanged(present(after, offer, quoted))
    await check?.(quoted, after)
    try {
      return await context.commitStatement(async (sql) => {
        const written = withExtendedExpiry(after, now)
        if (!(await updateCart(sql, written, now))) throw new VersionConflict()
        return present(written, offer, quoted)
      })
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error
    }
  }
  return await context.commit(async ({ sql }) => {
    const locked = requireOpen(context, cartId, (await lockCarts(sql, [cartId])).get(cartId))
    const written = withExtendedExpiry(change(applyOffer(locked, offer), offer), now)
    await updateCart(sql, written, now)
    const orderable = orderableCart(applyOffer(written, offer))
    return present(written, offer, { quote: plainQuote(orderable), isComplete: false })
  })
}

function present(changed: CartState, offer: Offer, { quote, isComplete }: CartQuote): Cart {
  return presentCart(applyOffer(changed, offer), quote, isComplete)
}

function withExtendedExpiry(cart: CartState, now: Date): CartState {
  return { ...cart, expiresAt: expiryAfterUse(cart.expiresAt, now) }
}
