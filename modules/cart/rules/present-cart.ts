import type { Cart } from '../contract.ts'
import type { CartState } from './cart-state.ts'
import { priceCart } from './price-cart.ts'
import { versionOf } from './version-of.ts'

/** The cart as its owner sees it. */
export function presentCart(cart: CartState, now: Date): Cart {
  const { lines, coupons, shippingOption, totals } = priceCart(cart, now)
  const { contact } = cart
  return {
    id: cart.id,
    version: versionOf({ lines, contact, shippingOption, coupons, totals }),
    status: cart.status,
    currency: cart.currency,
    lines,
    contact,
    shippingOption,
    coupons,
    totals,
    orderId: cart.orderId,
    expiresAt: cart.expiresAt.toISOString(),
  }
}
