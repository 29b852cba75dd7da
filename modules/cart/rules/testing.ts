import fc from 'fast-check'
import type { SellableVariant } from '#modules/catalog/contract.ts'
import { exampleAddress } from '#shared/testing.ts'
import type { Contact } from '../contract.ts'
import type { CartState, LineState } from './cart-state.ts'

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

export function contactIn(country: string): Contact {
  return { email: 'buyer@example.com', shippingAddress: exampleAddress(country) }
}

/** Generates lines of different variants. */
export const someLines: fc.Arbitrary<LineState[]> = fc.uniqueArray(
  fc
    .record({
      number: fc.nat({ max: 999 }),
      quantity: fc.integer({ min: 1, max: 999 }),
      unitPrice: fc.oneof(fc.nat({ max: 10_000 }), fc.nat({ max: 10_000_000 })),
      weightGrams: fc.nat({ max: 50_000 }),
      requiresShipping: fc.boolean(),
      taxable: fc.boolean(),
    })
    .map(({ number, ...rest }) => aLine({ id: `lin_${number}`, variantId: `var_${number}`, ...rest })),
  { selector: (line) => line.id, maxLength: 8 },
)
