import { describe, expect, it } from 'vitest'
import { addLineTo, type LineAddition } from './add-line.ts'
import { aLine, aVariant } from './testing.ts'

const plenty = { variantId: 'var_1', available: 100, backorder: false }
const addition: LineAddition = { variant: aVariant(), quantity: 2, stock: plenty, lineId: 'lin_new' }

describe('addLineTo()', () => {
  it('puts a new line at the end', () => {
    const other = aLine({ id: 'lin_0', variantId: 'var_0' })
    expect(add([other])).toEqual({ lines: [other, aLine({ id: 'lin_new', quantity: 2 })] })
  })

  it('adds to the line that has the variant, at the current price', () => {
    const lines = [aLine({ quantity: 3, unitPrice: 900 }), aLine({ id: 'lin_0', variantId: 'var_0' })]
    expect(add(lines)).toEqual({ lines: [aLine({ quantity: 5, unitPrice: 1000 }), lines[1]] })
  })

  it('refuses a variant that is not sold', () => {
    expect(add([], { variant: undefined })).toEqual({ refused: 'VARIANT_NOT_FOUND' })
  })

  it('refuses a price in another currency', () => {
    const variant = aVariant({ price: { amount: 1000, currency: 'USD' } })
    expect(add([], { variant })).toEqual({ refused: 'CURRENCY_MISMATCH', currency: 'USD' })
  })

  it('refuses more pieces than are available, and counts those in the cart', () => {
    const stock = { ...plenty, available: 4 }
    expect(add([aLine({ quantity: 3 })], { stock })).toEqual({
      refused: 'OUT_OF_STOCK',
      variantId: 'var_1',
      requested: 5,
      available: 4,
    })
    expect(add([aLine({ quantity: 2 })], { stock })).toHaveProperty('lines')
  })

  it.each([
    ['unlimited stock', { available: null }],
    ['backorders', { available: 0, backorder: true }],
  ])('accepts any quantity of a variant with %s', (_what, change) => {
    expect(add([], { stock: { ...plenty, ...change }, quantity: 999 })).toHaveProperty('lines')
  })

  it('refuses the 101st line and the 1000th piece', () => {
    const stock = { ...plenty, available: null }
    const lines = Array.from({ length: 100 }, (_, i) => aLine({ id: `lin_${i}`, variantId: `var_${i + 2}` }))
    expect(add(lines, { stock })).toEqual({ refused: 'CART_FULL' })
    expect(add(lines.slice(1), { stock })).toHaveProperty('lines')
    expect(add([aLine({ quantity: 998 })], { stock })).toEqual({ refused: 'CART_FULL' })
    expect(add([aLine({ quantity: 997 })], { stock })).toHaveProperty('lines')
  })

  it('refuses a total above the largest amount of money', () => {
    const variant = aVariant({ price: { amount: 5e11 + 1, currency: 'EUR' } })
    expect(add([], { variant })).toEqual({ refused: 'CART_FULL' })
  })
})

function add(lines: Parameters<typeof addLineTo>[0]['lines'], change: Partial<LineAddition> = {}) {
  return addLineTo({ lines, currency: 'EUR' }, { ...addition, ...change })
}
