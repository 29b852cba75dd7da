import type { CartState } from './cart-state.ts'

/** How many codes that are none may be tried in a window, for one subject. */
export interface CouponLimit {
  /** What tries are counted by: a customer, a guest's cart or a client's network. */
  subject: string
  max: number
}

export const COUPON_WINDOW_MS = 15 * 60_000
const OF_ONE = 10
/** For all shoppers of a network, who may be many; a guest can open any number of carts. */
const OF_NETWORK = 50

/** What a try counts by, the narrow limit first: who has reached that uses up nothing of the wide one. */
export function couponLimits(
  cart: Pick<CartState, 'id' | 'customerId'>,
  clientNetwork: string | undefined,
): CouponLimit[] {
  const own = { subject: cart.customerId ?? cart.id, max: OF_ONE }
  return clientNetwork === undefined ? [own] : [own, { subject: `from ${clientNetwork}`, max: OF_NETWORK }]
}
