import type { Order } from '#modules/orders/contract.ts'
import { money } from '#shared/money.ts'

const eur = (amount: number) => money(amount, 'EUR')

/** A confirmed order with two lines and without a separate billing address. */
export function sampleOrder(changes: Partial<Order> = {}): Order {
  const line = { productHandle: 'mug', sku: null, pictureUrl: '/pictures/mug.svg' }
  return {
    id: 'ord_0sample',
    number: '1042',
    status: 'confirmed',
    payment: { status: 'paid', provider: 'test', actionUrl: null, reason: null },
    cartId: 'crt_0sample',
    customerId: null,
    contact: {
      email: 'ada@example.com',
      shippingAddress: {
        name: 'Ada Lovelace',
        line1: '12 St James’s Square',
        city: 'London',
        postalCode: 'SW1Y 4JH',
        country: 'GB',
      },
    },
    lines: [
      {
        ...line,
        id: 'lin_0a',
        variantId: 'var_0a',
        title: 'Mug',
        variantTitle: 'Blue / Large',
        quantity: 2,
        unitPrice: eur(1250),
        total: eur(2500),
      },
      {
        ...line,
        id: 'lin_0b',
        variantId: 'var_0b',
        title: 'Tea towel',
        variantTitle: 'Tea towel',
        quantity: 1,
        unitPrice: eur(900),
        total: eur(900),
      },
    ],
    shippingOption: { id: 'standard', title: 'Standard', delivery: '2–4 working days', price: eur(490) },
    coupons: [],
    totals: {
      subtotal: eur(3400),
      discount: eur(0),
      shipping: eur(490),
      tax: eur(0),
      includedTax: eur(621),
      total: eur(3890),
    },
    cancellable: true,
    placedAt: '2026-06-01T12:00:00.000Z',
    history: [],
    ...changes,
  }
}
