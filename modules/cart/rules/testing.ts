import type { SellableVariant } from '#modules/catalog/contract.ts'
import type { Quote } from '#modules/pricing/contract.ts'
import { money } from '#shared/money.ts'
import { exampleAddress } from '#shared/testing.ts'
import type { Contact } from '../contract.ts'
import type { CartState, LineState } from './cart-state.ts'
import { plainQuote } from './plain-quote.ts'

/** Fixtures for the tests of these rules. */

export function aLine(change: Partial<LineState> = {}): LineState {
  return {
    id: 'lin_1',
    variantId: 'var_1',
    quantity: 1,
    unitPrice: 1000,
    productHandle: 'mug',
    title: 'Mug',
    variantTitle: 'Blue',
    sku: 'MUG-B',
    pictureUrl: '/pictures/pic_1',
    weightGrams: 300,
    requiresShipping: true,
    taxable: true,
    productId: 'prd_1',
    ...change,
  }
}

export function aCart(change: Partial<CartState> = {}): CartState {
  return {
    id: 'crt_1',
    status: 'open',
    version: 1,
    tokenHash: '',
    customerId: null,
    currency: 'EUR',
    lines: [],
    contact: null,
    shippingOptionId: null,
    coupons: [],
    orderId: null,
    mergedInto: null,
    expiresAt: new Date('2026-07-01T12:00:00Z'),
    ...change,
  }
}

export function aVariant(change: Partial<SellableVariant> = {}): SellableVariant {
  return {
    variantId: 'var_1',
    productId: 'prd_1',
    productHandle: 'mug',
    productTitle: 'Mug',
    variantTitle: 'Blue',
    sku: 'MUG-B',
    price: { amount: 1000, currency: 'EUR' },
    picture: { url: '/pictures/pic_1', alt: 'A mug' },
    weightGrams: 300,
    requiresShipping: true,
    taxable: true,
    ...change,
  }
}

/** A quote with the cart's shipping option, which costs nothing, and with its codes, none of which reduces anything. */
export function aQuote(cart: CartState): Quote {
  const { shippingOptionId: id, currency, coupons } = cart
  return {
    ...plainQuote(cart),
    codes: coupons.map((code) => ({ code, title: code, status: 'applied' as const, reason: null })),
    shippingOption:
      id === null ? null : { id, title: id, delivery: '2 working days', price: money(0, currency) },
  }
}

export function contactIn(country: string): Contact {
  return { email: 'buyer@example.com', shippingAddress: exampleAddress(country) }
}
