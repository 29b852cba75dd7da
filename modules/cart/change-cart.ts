import type { Sql } from '#runtime/database/pool.ts'
import type { Commits, Committed } from '#runtime/module/define.ts'
import type { Cart, cart } from './contract.ts'
import type { CartState } from './rules/cart-state.ts'
import { expiryAfterUse } from './rules/expiry.ts'
import { presentCart } from './rules/present-cart.ts'
import { lockCarts, readCart, updateCart } from './store.ts'
import { type OpenCheck, requireOpen } from './usable-cart.ts'

/** Another request changed the cart between the read and the write. */
class VersionConflict extends Error {}

interface ChangeContext extends OpenCheck, Commits<typeof cart> {
  readonly sql: Sql
}

/**
 * Changes an open cart by a pure function. The function returns the same object when nothing changes, and throws the
 * failures that the method declares. The cart is read, changed and written at the version that was read: two
 * statements. If another request wrote in between, the cart is locked and changed again, so that no change is lost and
 * no request retries forever. `found` is the cart if the handler reads it itself, for example in parallel with other
 * things. Default: this function reads it.
 */
export async function changeCart(
  context: ChangeContext,
  cartId: string,
  change: (cart: CartState) => CartState,
  found: CartState | undefined | Promise<CartState | undefined> = readCart(context.sql, cartId),
): Promise<Committed<Cart>> {
  const now = context.now()
  const before = requireOpen(context, cartId, await found)
  const after = change(before)
  if (after === before) return context.unchanged(presentCart(before, now))
  try {
    return await context.commitStatement(async (sql) => {
      const written = withExtendedExpiry(after, now)
      if (!(await updateCart(sql, written, now))) throw new VersionConflict()
      return presentCart(written, now)
    })
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error
  }
  return await context.commit(async ({ sql }) => {
    const locked = requireOpen(context, cartId, (await lockCarts(sql, [cartId])).get(cartId))
    const written = withExtendedExpiry(change(locked), now)
    await updateCart(sql, written, now)
    return presentCart(written, now)
  })
}

function withExtendedExpiry(cart: CartState, now: Date): CartState {
  return { ...cart, expiresAt: expiryAfterUse(cart.expiresAt, now) }
}
