import type { Quote } from '#modules/pricing/contract.ts'
import { money } from '#shared/money.ts'
import type { Cart, CartLine } from '../contract.ts'
import type { RepricedCart } from './apply-offer.ts'
import type { LineState } from './cart-state.ts'
import { versionOf } from './version-of.ts'

/**
 * The cart as the API shows it. Lines with a problem are shown at their prices, but `quote` does not count them.
 * `isComplete`: whether the quote has taxes, shipping and promotions.
 */
export function presentCart({ cart, problems }: RepricedCart, quote: Quote, isComplete = true): Cart {
  const lines = presentLines(cart.lines, cart.currency, quote).map((line) => {
    const problem = problems.get(line.id)
    return problem ? { ...line, problem } : line
  })
  const coupons = couponsOf(quote)
  const { contact } = cart
  const { shippingOption, shippingProblem, discounts, taxes, totals } = quote
  return {
    id: cart.id,
    version: versionOf({ lines, contact, shippingOption, coupons, totals }),
    status: cart.status,
    currency: cart.currency,
    lines,
    contact,
    shippingOption,
    ...(shippingProblem ? { shippingProblem } : {}),
    coupons,
    discounts: presentDiscounts(discounts),
    taxes,
    totals,
    ...(isComplete ? {} : { incomplete: true as const }),
    orderId: cart.orderId,
    expiresAt: cart.expiresAt.toISOString(),
  }
}

/** The lines with the prices of the quote. */
export function presentLines(lines: readonly LineState[], currency: string, quote: Quote): CartLine[] {
  const quoted = new Map(quote.lines.map((line) => [line.id, line]))
  return lines.map((line) => {
    const { unitPrice, total, discount } = quoted.get(line.id) ?? {
      unitPrice: money(line.unitPrice, currency),
      total: money(line.unitPrice * line.quantity, currency),
      discount: undefined,
    }
    return {
      id: line.id,
      variantId: line.variantId,
      productHandle: line.productHandle,
      title: line.title,
      variantTitle: line.variantTitle,
      sku: line.sku,
      pictureUrl: line.pictureUrl,
      quantity: line.quantity,
      unitPrice,
      total,
      ...(discount && discount.amount > 0 ? { discount } : {}),
    }
  })
}

/** The codes of a cart that exist. `reason` says why one reduces nothing now. */
export function couponsOf({ codes }: Pick<Quote, 'codes'>): Cart['coupons'] {
  return codes.flatMap(({ code, title, status, reason }) =>
    status === 'unknown' ? [] : [{ code, title, ...(reason === null ? {} : { reason }) }],
  )
}

export function presentDiscounts(discounts: Quote['discounts']): NonNullable<Cart['discounts']> {
  return discounts.map(({ title, code, amount }) => ({ title, code, amount }))
}
