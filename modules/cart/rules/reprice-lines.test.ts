import { describe, expect, it } from 'vitest'
import { repriceLines } from './reprice-lines.ts'
import { aLine, aVariant } from './testing.ts'

describe('repriceLines()', () => {
  const line = aLine({ quantity: 2 })

  it('copies the current data of the catalog', () => {
    const variant = aVariant({
      productTitle: 'Large mug',
      price: { amount: 1200, currency: 'EUR' },
      weightGrams: 400,
    })
    expect(repriceLines([line], [variant], 'EUR')).toEqual({
      lines: [{ ...line, title: 'Large mug', unitPrice: 1200, weightGrams: 400 }],
      unsold: [],
      exceedsLimits: false,
    })
  })

  it.each([
    ['no longer sold', []],
    ['sold in another currency', [aVariant({ price: { amount: 5, currency: 'USD' } })]],
  ])('keeps a line that is %s, and lists it as unsold', (_what, variants) => {
    expect(repriceLines([line], variants, 'EUR')).toEqual({
      lines: [line],
      unsold: [line],
      exceedsLimits: false,
    })
  })

  it('leaves all lines unchanged if they would exceed what a cart can hold', () => {
    const variant = aVariant({ price: { amount: 900_000_000_000, currency: 'EUR' } })
    expect(repriceLines([line], [variant], 'EUR')).toEqual({ lines: [line], unsold: [], exceedsLimits: true })
  })
})
