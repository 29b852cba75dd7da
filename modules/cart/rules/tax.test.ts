import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { includedTax } from './tax.ts'

describe('includedTax()', () => {
  it.each([
    [11_900, 'DE', 1_900],
    [100, 'DE', 16],
    [12_550, 'FI', 2_550],
    [11_900, 'US', 0],
    [11_900, undefined, 1_900],
    [0, 'DE', 0],
  ])('in a price of %i for a delivery to %s is %i', (gross, country, tax) => {
    expect(includedTax(gross, country)).toBe(tax)
  })

  it('is the tax of the net price, with an error of at most half a minor unit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e12 }), (gross) => {
        const tax = includedTax(gross, 'DE')
        expect(Math.abs((gross - tax) * 19 - tax * 100)).toBeLessThanOrEqual(119 / 2)
      }),
    )
  })
})
