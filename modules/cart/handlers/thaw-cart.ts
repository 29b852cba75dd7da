import type { Sql } from '#runtime/database/pool.ts'
import type { Handles } from '../needs.ts'
import { expiryAfterUse, expiryOfNewCart } from '../rules/expiry.ts'
import { mergeCarts } from '../rules/merge-carts.ts'
import { endCart, findOpenCart, lockCarts, readCart, thaw, updateCart } from '../store.ts'

export const thawCart: Handles<'thawCart'> = async ({ cartId, orderId }, context) =>
  context.commit(async ({ sql }) => {
    const now = context.now()
    if (!(await thaw(sql, cartId, orderId, now, expiryOfNewCart(now))))
      await mergeIntoOpenCart(sql, cartId, orderId, now)
    return {}
  })

/**
 * The customer has opened another cart since the freeze, so the lines are added to that one. If it cannot hold them,
 * only the failed order keeps them.
 */
async function mergeIntoOpenCart(sql: Sql, cartId: string, orderId: string, now: Date): Promise<void> {
  const cart = await readCart(sql, cartId)
  const other =
    cart?.orderId === orderId && cart.customerId ? await findOpenCart(sql, cart.customerId) : undefined
  // A repeat, or the cart is not this order's.
  if (!other) return
  const locked = await lockCarts(sql, [cartId, other.id])
  const [from, into] = [locked.get(cartId), locked.get(other.id)]
  // A parallel repeat has just ended it
  if (from?.orderId !== orderId) return
  if (into?.status !== 'open' || into.mergedInto)
    throw new Error(`Cannot reopen the cart "${cartId}": its customer's other cart has just changed`)
  const merged = mergeCarts(into, from)
  await endCart(sql, cartId, into.id, now)
  if (merged) await updateCart(sql, { ...merged, expiresAt: expiryAfterUse(merged.expiresAt, now) }, now)
}
