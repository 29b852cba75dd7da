import type { Cart } from '../contract.ts'
import type { CartState } from './cart-state.ts'
import { priceCart } from './price-cart.ts'

/** The cart as its owner sees it. */
export function presentCart(cart: CartState, now: Date): Cart {
  const { lines, coupons, shippingOption, totals } = priceCart(cart, now)
  return {
    id: cart.id,
    status: cart.status,
    currency: cart.currency,
    lines,
    contact: cart.contact,
    shippingOption,
    coupons,
    totals,
    orderId: cart.orderId,
    expiresAt: cart.expiresAt.toISOString(),
  }
}
