import { newId, newSecret } from '#shared/ids.ts'
import { hashSecret } from '#shared/secrets.ts'
import type { Handles } from '../needs.ts'
import type { CartState } from '../rules/cart-state.ts'
import { expiryOfNewCart } from '../rules/expiry.ts'
import { presentCart } from '../rules/present-cart.ts'
import { insertCart, openCustomersCart } from '../store.ts'

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
  return context.commitStatement(async (sql) => {
    if (cart.customerId !== null) {
      return { ...presentCart(await openCustomersCart(sql, cart, now), now), token: null }
    }
    await insertCart(sql, cart, now)
    return { ...presentCart(cart, now), token }
  })
}
