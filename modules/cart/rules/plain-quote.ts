import type { Quote } from '#modules/pricing/contract.ts'
import { money } from '#shared/money.ts'
import type { CartState } from './cart-state.ts'

/** The quote of a cart without taxes, shipping and promotions: of an empty one, and while pricing does not answer. */
export function plainQuote({ lines, currency }: Pick<CartState, 'lines' | 'currency'>): Quote {
  const nothing = money(0, currency)
  const subtotal = money(
    lines.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0),
    currency,
  )
  return {
    lines: lines.map(({ id, unitPrice, quantity }) => ({
      id,
      unitPrice: money(unitPrice, currency),
      total: money(unitPrice * quantity, currency),
      discount: nothing,
    })),
    codes: [],
    discounts: [],
    shippingOptions: [],
    shippingOption: null,
    shippingProblem: null,
    taxExemption: null,
    taxes: [],
    totals: {
      subtotal,
      discount: nothing,
      shipping: nothing,
      tax: nothing,
      includedTax: nothing,
      total: subtotal,
    },
  }
}
