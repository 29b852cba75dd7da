import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CartState } from './cart-state.ts'
import { couponTable } from './coupon-table.ts'
import { priceCart } from './price-cart.ts'
import { shippingMethods, zones } from './shipping-table.ts'
import { aCart, aLine, contactIn, someLines } from './testing.ts'

const now = new Date('2026-06-01T12:00:00Z')

describe('priceCart()', () => {
  it('is all zero for an empty cart', () => {
    expect(amounts(aCart())).toEqual({
      subtotal: 0,
      discount: 0,
      shipping: 0,
      tax: 0,
      includedTax: 0,
      total: 0,
    })
  })

  it('adds up lines, discount and shipping, and computes the included tax', () => {
    const cart = aCart({
      lines: [
        aLine({ unitPrice: 1999, quantity: 2 }),
        aLine({ id: 'lin_2', variantId: 'var_2', unitPrice: 500 }),
      ],
      contact: contactIn('DE'),
      shippingOptionId: 'standard',
      coupons: ['WELCOME10'],
    })
    // 44.98 less 4.50, plus 4.90: 45.38, of which 19/119 is tax
    expect(amounts(cart)).toEqual({
      subtotal: 4498,
      discount: 450,
      shipping: 490,
      tax: 0,
      includedTax: 725,
      total: 4538,
    })
  })

  it('includes no tax in deliveries outside the European Union', () => {
    const cart = aCart({ lines: [aLine()], contact: contactIn('US'), shippingOptionId: 'standard' })
    expect(amounts(cart)).toMatchObject({ includedTax: 0, total: 1000 + 1990 })
  })

  it('includes no tax in untaxed goods, and gives them their share of a discount', () => {
    const lines = [
      aLine({ unitPrice: 1190 }),
      aLine({ id: 'lin_2', variantId: 'var_2', unitPrice: 1190, taxable: false }),
    ]
    expect(amounts(aCart({ lines }))).toMatchObject({ subtotal: 2380, includedTax: 190 })
    expect(amounts(aCart({ lines, coupons: ['WELCOME10'] }))).toMatchObject({
      discount: 238,
      includedTax: 171,
    })
  })

  it('makes standard delivery free with a coupon, but not express', () => {
    const cart = aCart({ lines: [aLine()], contact: contactIn('DE'), coupons: ['FREESHIP'] })
    expect(amounts({ ...cart, shippingOptionId: 'standard' }).shipping).toBe(0)
    expect(amounts({ ...cart, shippingOptionId: 'express' }).shipping).toBe(1290)
  })

  it('makes standard delivery free if the goods cost 75 euros or more after the discount', () => {
    const cart = aCart({
      lines: [aLine({ unitPrice: 7500 })],
      contact: contactIn('DE'),
      shippingOptionId: 'standard',
    })
    expect(amounts(cart).shipping).toBe(0)
    expect(amounts({ ...cart, coupons: ['WELCOME10'] }).shipping).toBe(490)
  })

  it('has no shipping option if the chosen one is not offered for the address', () => {
    const cart = aCart({ lines: [aLine()], contact: contactIn('DE'), shippingOptionId: 'pickup' })
    expect(priceCart(cart, now).shippingOption?.id).toBe('pickup')
    expect(priceCart({ ...cart, contact: contactIn('FR') }, now).shippingOption).toBeNull()
  })

  const carts = fc
    .record({
      lines: someLines,
      coupons: fc.uniqueArray(fc.constantFrom(...couponTable.map((coupon) => coupon.code), 'UNKNOWN')),
      country: fc.option(fc.constantFrom(...Object.values(zones).flat(), 'AQ')),
      shippingOptionId: fc.option(
        fc.constantFrom(...shippingMethods.map((method) => method.id), 'none', 'pigeon'),
      ),
    })
    .map(({ country, ...rest }) => aCart({ ...rest, contact: country === null ? null : contactIn(country) }))

  it('always has total = subtotal - discount + shipping + tax, in whole minor units, and no negative amounts', () => {
    fc.assert(
      fc.property(carts, (cart) => {
        const { subtotal, discount, shipping, tax, includedTax, total } = amounts(cart)
        expect(total).toBe(subtotal - discount + shipping + tax)
        for (const amount of [subtotal, discount, shipping, tax, includedTax, total]) {
          expect(Number.isSafeInteger(amount) && amount >= 0).toBe(true)
        }
        expect(discount).toBeLessThanOrEqual(subtotal)
        expect(includedTax).toBeLessThanOrEqual(total)
        expect(shipping).toBe(priceCart(cart, now).shippingOption?.price.amount ?? 0)
      }),
    )
  })

  it('does not depend on the order of lines and coupons', () => {
    fc.assert(
      fc.property(carts, (cart) => {
        const reversed = { ...cart, lines: cart.lines.toReversed(), coupons: cart.coupons.toReversed() }
        expect(amounts(reversed)).toEqual(amounts(cart))
      }),
    )
  })

  it('offers at least one shipping option for any goods to every served country', () => {
    fc.assert(
      fc.property(someLines, fc.constantFrom(...Object.values(zones).flat()), (lines, country) => {
        expect(priceCart(aCart({ lines, contact: contactIn(country) }), now).shippingOptions).not.toEqual([])
      }),
    )
  })
})

function amounts(cart: CartState) {
  const { totals } = priceCart(cart, now)
  return {
    subtotal: totals.subtotal.amount,
    discount: totals.discount.amount,
    shipping: totals.shipping.amount,
    tax: totals.tax.amount,
    includedTax: totals.includedTax.amount,
    total: totals.total.amount,
  }
}
