import type { Sql } from '#runtime/database/pool.ts'
import type { Commits, Committed } from '#runtime/module/define.ts'
import type { Cart, cart } from './contract.ts'
import type { CartState } from './rules/cart-state.ts'
import { expiryAfterUse } from './rules/expiry.ts'
import { presentCart } from './rules/present-cart.ts'
import { lockCarts, readCart, updateCart } from './store.ts'
import { type Changing, requireOpen } from './usable-cart.ts'

/** Somebody else changed the cart between reading and writing it. */
class VersionConflict extends Error {}

interface ChangeContext extends Changing, Commits<typeof cart> {
  readonly sql: Sql
}

/**
 * Changes an open cart by a pure function, which gives the same object back when there is nothing to change, and throws
 * what the method declares. The cart is read, changed and written at the version that was read: two statements. Where
 * somebody else was faster, it is locked first and changed once more, so that no change is lost and none is tried for
 * ever. `found` is the cart's first reading, for a handler that reads other things beside it.
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
      const written = used(after, now)
      if (!(await updateCart(sql, written, now))) throw new VersionConflict()
      return presentCart(written, now)
    })
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error
  }
  return await context.commit(async ({ sql }) => {
    const locked = requireOpen(context, cartId, (await lockCarts(sql, [cartId])).get(cartId))
    const written = used(change(locked), now)
    await updateCart(sql, written, now)
    return presentCart(written, now)
  })
}

function used(cart: CartState, now: Date): CartState {
  return { ...cart, expiresAt: expiryAfterUse(cart.expiresAt, now) }
}
