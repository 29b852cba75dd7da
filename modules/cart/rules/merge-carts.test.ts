import { describe, expect, it } from 'vitest'
import { mergeCarts } from './merge-carts.ts'
import { aCart, aLine, contactIn } from './testing.ts'

describe('mergeCarts()', () => {
  it('adds up the quantities of a variant and copies the other lines', () => {
    const into = aCart({ lines: [aLine({ id: 'lin_a', quantity: 2, unitPrice: 900 })] })
    const from = aCart({
      id: 'crt_2',
      lines: [aLine({ id: 'lin_b', quantity: 1 }), aLine({ id: 'lin_c', variantId: 'var_2' })],
    })
    expect(mergeCarts(into, from)).toEqual({
      ...into,
      lines: [aLine({ id: 'lin_a', quantity: 3, unitPrice: 1000 }), from.lines[1]],
    })
  })

  it('unites the coupons, and copies the contact and the shipping option only where `into` has none', () => {
    const from = aCart({ contact: contactIn('FR'), shippingOptionId: 'express', coupons: ['A', 'B'] })
    expect(mergeCarts(aCart({ coupons: ['B', 'C'] }), from)).toMatchObject({
      contact: contactIn('FR'),
      shippingOptionId: 'express',
      coupons: ['B', 'C', 'A'],
    })
    const into = aCart({ contact: contactIn('DE'), shippingOptionId: 'pickup' })
    expect(mergeCarts(into, from)).toMatchObject({ contact: contactIn('DE'), shippingOptionId: 'pickup' })
  })

  it('returns undefined if one cart cannot hold everything', () => {
    const into = aCart({ lines: [aLine({ quantity: 600 })] })
    expect(mergeCarts(into, into)).toBeUndefined()
    expect(
      mergeCarts(aCart({ coupons: ['A', 'B', 'C'] }), aCart({ coupons: ['D', 'E', 'F'] })),
    ).toBeUndefined()
  })
})
