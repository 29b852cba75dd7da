import { newId, newSecret } from '#shared/ids.ts'
import { hashSecret } from '#shared/secrets.ts'
import type { Handles } from '../needs.ts'
import { readOffer } from '../read-offer.ts'
import { applyOffer } from '../rules/apply-offer.ts'
import type { CartState } from '../rules/cart-state.ts'
import { expiryOfNewCart } from '../rules/expiry.ts'
import { presentCart } from '../rules/present-cart.ts'
import { findOpenCart, insertCart, openCustomersCart } from '../store.ts'

export const createCart: Handles<'createCart'> = async (_input, context) => {
  const { caller, services } = context
  const now = context.now()
  const token = newSecret('crt')
  const cart: CartState = {
    id: newId('crt'),
    status: 'open',
    version: 1,
    tokenHash: hashSecret(token),
    customerId: caller.kind === 'customer' ? caller.customerId : null,
    currency: services.currency,
    lines: [],
    contact: null,
    shippingOptionId: null,
    coupons: [],
    orderId: null,
    mergedInto: null,
    expiresAt: expiryOfNewCart(now),
  }
  if (cart.customerId !== null) {
    const mine = await findOpenCart(context.sql, cart.customerId)
    const offer = await readOffer(context, mine ?? cart)
    return context.commitStatement(async (sql) => {
      const repriced = applyOffer(await openCustomersCart(sql, cart, now), offer)
      // The customer's session opens the cart
      return { ...presentCart(repriced.cart, now, repriced.problems), token: null }
    })
  }
  return context.commitStatement(async (sql) => {
    await insertCart(sql, cart, now)
    return { ...presentCart(cart, now), token }
  })
}
