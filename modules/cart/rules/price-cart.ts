import { allocateMoney, money } from '#shared/money.ts'
import type { CartLine, ShippingOption, Totals } from '../contract.ts'
import type { CartState, LineState } from './cart-state.ts'
import { discountOf, paysShipping, validCoupons } from './coupons.ts'
import { shippedWeight, shippingOptionsFor } from './shipping.ts'
import { includedTax } from './tax.ts'

type CartToPrice = Pick<CartState, 'currency' | 'lines' | 'contact' | 'shippingOptionId' | 'coupons'>

/** The prices of a cart, and the shipping options to choose from. */
export interface PricedCart {
  lines: CartLine[]
  /** The coupons that are valid now. */
  coupons: { code: string; title: string }[]
  /** Empty without an address. */
  shippingOptions: ShippingOption[]
  /** null: none is chosen, or the chosen one is not offered for this address and these goods. */
  shippingOption: ShippingOption | null
  totals: Totals
}

/** Computes the totals of a cart from the prices in its lines. The order of lines and coupons makes no difference. */
export function priceCart(cart: CartToPrice, now: Date): PricedCart {
  const { currency, contact } = cart
  const country = contact?.shippingAddress.country
  const coupons = validCoupons(cart.coupons, now)
  const subtotal = priceOf(cart.lines)
  const discount = discountOf(subtotal, coupons)
  const shippingOptions = country
    ? shippingOptionsFor({
        country,
        weightGrams: shippedWeight(cart.lines),
        goodsPrice: subtotal - discount,
        currency,
        paidByCoupon: paysShipping(coupons),
      })
    : []
  const shippingOption = shippingOptions.find((option) => option.id === cart.shippingOptionId) ?? null
  const shipping = shippingOption?.price.amount ?? 0
  const taxed = taxedGoods(cart.lines, discount) + shipping
  return {
    lines: cart.lines.map((line) => presentLine(line, currency)),
    coupons: coupons.map(({ code, title }) => ({ code, title })),
    shippingOptions,
    shippingOption,
    totals: {
      subtotal: money(subtotal, currency),
      discount: money(discount, currency),
      shipping: money(shipping, currency),
      tax: money(0, currency),
      includedTax: money(includedTax(taxed, country), currency),
      total: money(subtotal - discount + shipping, currency),
    },
  }
}

function priceOf(lines: readonly LineState[]): number {
  return lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0)
}

/** The price of the taxed goods, less their share of the discount. */
function taxedGoods(lines: readonly LineState[], discount: number): number {
  const taxable = priceOf(lines.filter((line) => line.taxable))
  const exempt = priceOf(lines.filter((line) => !line.taxable))
  // The split does not depend on the currency: XXX is the ISO 4217 code for no currency
  const [share] = allocateMoney(money(discount, 'XXX'), [taxable, exempt])
  return taxable - share!.amount
}

function presentLine(line: LineState, currency: string): CartLine {
  return {
    id: line.id,
    variantId: line.variantId,
    productHandle: line.productHandle,
    title: line.title,
    variantTitle: line.variantTitle,
    sku: line.sku,
    pictureUrl: line.pictureUrl,
    quantity: line.quantity,
    unitPrice: money(line.unitPrice, currency),
    total: money(line.unitPrice * line.quantity, currency),
  }
}
