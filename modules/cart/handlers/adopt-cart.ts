import type { Handles } from '../needs.ts'
import { expiryAfterUse } from '../rules/expiry.ts'
import { mergeCarts } from '../rules/merge-carts.ts'
import { findOpenCart, lockCarts, readCart, updateCart } from '../store.ts'
import { requireOpen } from '../usable-cart.ts'

export const adoptCart: Handles<'adoptCart'> = async ({ cartId }, context) => {
  const { caller } = context
  // The contract lets customers in only, and the command line's system caller has no cart to adopt
  if (caller.kind !== 'customer') throw context.fail('CART_NOT_FOUND', 'Cannot adopt a cart: log in first')
  const { customerId } = caller
  const now = context.now()
  const [found, mine] = await Promise.all([
    readCart(context.sql, cartId),
    findOpenCart(context.sql, customerId, now),
  ])
  // A repeat: it is theirs already, or its lines are where they went
  if (found?.customerId === customerId) {
    if (found.mergedInto) return context.unchanged({ cartId: found.mergedInto })
    return context.unchanged({ cartId: requireOpen(context, cartId, found).id })
  }
  requireOpen(context, cartId, found)

  return context.commit(async ({ sql }) => {
    const locked = await lockCarts(sql, mine ? [cartId, mine] : [cartId])
    const guest = locked.get(cartId)
    if (guest?.mergedInto && guest.customerId === customerId) return { cartId: guest.mergedInto }
    const from = { ...requireOpen(context, cartId, guest), customerId }
    const into = mine === undefined ? undefined : locked.get(mine)
    const merged = into?.status === 'open' && !into.mergedInto ? mergeCarts(into, from) : undefined
    if (merged) {
      await updateCart(sql, { ...from, lines: [], mergedInto: merged.id }, now)
      await updateCart(sql, { ...merged, expiresAt: expiryAfterUse(merged.expiresAt, now) }, now)
      return { cartId: merged.id }
    }
    await updateCart(sql, { ...from, expiresAt: expiryAfterUse(from.expiresAt, now) }, now)
    return { cartId }
  })
}
