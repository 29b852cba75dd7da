import { isDuplicate } from '#runtime/database/errors.ts'
import type { Sql } from '#runtime/database/pool.ts'
import type { Handles } from '../needs.ts'
import { expiryAfterUse, isExpired } from '../rules/expiry.ts'
import { mergeCarts } from '../rules/merge-carts.ts'
import { endCart, findOpenCart, lockCarts, readCart, updateCart } from '../store.ts'
import { requireOpen } from '../usable-cart.ts'

type Context = Parameters<Handles<'adoptCart'>>[1]

/**
 * An attempt fails if the customer's first cart is created at the same time. The next attempt merges into that cart.
 */
const ATTEMPTS = 3

export const adoptCart: Handles<'adoptCart'> = async ({ cartId }, context) => {
  const { customerId } = context.caller
  const found = await readCart(context.sql, cartId)
  // A repeat: the cart is the customer's already, or was merged into theirs
  if (found?.customerId === customerId) {
    if (found.mergedInto) return context.unchanged({ cartId: found.mergedInto })
    return context.unchanged({ cartId: requireOpen(context, cartId, found).id })
  }
  requireOpen(context, cartId, found)
  for (let attempt = 1; ; attempt++) {
    try {
      return await context.commit(({ sql }) => adopt(sql, cartId, customerId, context))
    } catch (error) {
      if (attempt === ATTEMPTS || !isDuplicate(error)) throw error
    }
  }
}

async function adopt(sql: Sql, cartId: string, customerId: string, context: Context) {
  const now = context.now()
  const mine = await findOpenCart(sql, customerId)
  const locked = await lockCarts(sql, mine ? [cartId, mine.id] : [cartId])
  const guestCart = locked.get(cartId)
  // Another request has just adopted it
  if (guestCart?.customerId === customerId) return { cartId: guestCart.mergedInto ?? guestCart.id }
  const from = { ...requireOpen(context, cartId, guestCart), customerId }
  const into = mine && locked.get(mine.id)
  if (into?.status === 'open' && !into.mergedInto) {
    if (!isExpired(into, now)) {
      const merged = mergeCarts(into, from)
      if (!merged) {
        throw context.fail(
          'CART_FULL',
          `Cannot merge the cart "${cartId}" into "${into.id}": together they exceed what one cart can hold. Order or empty one of them first`,
        )
      }
      await updateCart(sql, { ...from, lines: [], mergedInto: merged.id }, now)
      await updateCart(sql, { ...merged, expiresAt: expiryAfterUse(merged.expiresAt, now) }, now)
      return { cartId: merged.id }
    }
    // The customer's own cart has expired: the guest's cart replaces it
    await endCart(sql, into.id, cartId, now)
  }
  await updateCart(sql, { ...from, expiresAt: expiryAfterUse(from.expiresAt, now) }, now)
  return { cartId }
}
