import type { Cart, LineProblem } from '../contract.ts'
import { orderableCart } from './apply-offer.ts'
import type { CartState } from './cart-state.ts'
import { priceCart } from './price-cart.ts'
import { versionOf } from './version-of.ts'

/**
 * The cart as the API shows it. `problems`: why an order would refuse lines, by the line's id. Those lines are shown,
 * but not counted in the totals.
 */
export function presentCart(
  cart: CartState,
  now: Date,
  problems: ReadonlyMap<string, LineProblem> = new Map(),
): Cart {
  const priced = priceCart(cart, now)
  const { coupons } = priced
  const lines = priced.lines.map((line) => {
    const problem = problems.get(line.id)
    return problem ? { ...line, problem } : line
  })
  const { shippingOption, totals } =
    problems.size > 0 ? priceCart(orderableCart({ cart, problems }), now) : priced
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
