import type { CartState } from './cart-state.ts'

/** How many unknown codes one subject may try in a window. */
export interface CouponLimit {
  /** The key of the count: a customer, a guest's cart or a client's network. */
  subject: string
  max: number
}

export const COUPON_WINDOW_MS = 15 * 60_000
const MAX_PER_SHOPPER = 10
/** For all shoppers of a network. It also stops a guest who creates many carts. */
const MAX_PER_NETWORK = 50

/** The limits that count a try, the shopper's first: a shopper who has reached it no longer uses up the network's. */
export function couponLimits(
  cart: Pick<CartState, 'id' | 'customerId'>,
  clientNetwork: string | undefined,
): CouponLimit[] {
  const ofShopper = { subject: cart.customerId ?? cart.id, max: MAX_PER_SHOPPER }
  // The prefix keeps the keys of networks different from ids
  return clientNetwork === undefined
    ? [ofShopper]
    : [ofShopper, { subject: `from ${clientNetwork}`, max: MAX_PER_NETWORK }]
}
