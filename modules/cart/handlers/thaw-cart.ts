import type { Sql } from '#runtime/database/pool.ts'
import type { Handles } from '../needs.ts'
import { expiryAfterUse, expiryOfNewCart } from '../rules/expiry.ts'
import { mergeCarts } from '../rules/merge-carts.ts'
import { endCart, findOpenCart, lockCarts, readCart, thaw, updateCart } from '../store.ts'

export const thawCart: Handles<'thawCart'> = async ({ cartId, orderId }, context) =>
  context.commit(async ({ sql }) => {
    const now = context.now()
    if (!(await thaw(sql, cartId, orderId, now, expiryOfNewCart(now))))
      await joinOpenCart(sql, cartId, orderId, now)
    return {}
  })

/**
 * The customer went on with another cart while the payment was under way: the lines join that. Where it cannot hold them
 * too, they stay with the order that did not come about.
 */
async function joinOpenCart(sql: Sql, cartId: string, orderId: string, now: Date): Promise<void> {
  const cart = await readCart(sql, cartId)
  const other =
    cart?.orderId === orderId && cart.customerId ? await findOpenCart(sql, cart.customerId) : undefined
  // Over already, or never this order's.
  if (!other) return
  const locked = await lockCarts(sql, [cartId, other.id])
  const [from, into] = [locked.get(cartId), locked.get(other.id)]
  if (from?.orderId !== orderId) return
  if (into?.status !== 'open' || into.mergedInto)
    throw new Error(`Cannot open the cart "${cartId}" again: its customer's other cart has just changed`)
  const merged = mergeCarts(into, from)
  await endCart(sql, cartId, into.id, now)
  if (merged) await updateCart(sql, { ...merged, expiresAt: expiryAfterUse(merged.expiresAt, now) }, now)
}
