import { describe, expect, it } from 'vitest'
import { availabilityChanges, countStock, neverCountedStock } from './count-stock.ts'

const before = { variantId: 'var_a', tracked: true, backorder: false, onHand: 5, reserved: 2 }

describe('countStock()', () => {
  it('returns the movement that leads to the new number on hand', () => {
    const counted = countStock(before, { variantId: 'var_a', quantity: 8, backorder: false })
    expect(counted).toEqual({ before, after: { ...before, onHand: 8 }, delta: 3 })
  })

  it('changes nothing when the count matches the stock', () => {
    expect(countStock(before, { variantId: 'var_a', quantity: 5, backorder: false })).toBeUndefined()
  })

  it('keeps reservations when fewer pieces were found', () => {
    const counted = countStock(before, { variantId: 'var_a', quantity: 1, backorder: false })
    expect(counted?.after).toMatchObject({ onHand: 1, reserved: 2 })
  })

  it('stops the counting without a movement', () => {
    const counted = countStock(before, { variantId: 'var_a', quantity: null, backorder: false })
    expect(counted).toEqual({ before, after: { ...before, tracked: false }, delta: 0 })
  })
})

describe('availabilityChanges()', () => {
  it.each([
    ['pieces of a new variant', neverCountedStock('var_a'), { quantity: 3, backorder: false }, [true]],
    ['no pieces of a new variant', neverCountedStock('var_a'), { quantity: 0, backorder: true }, [true]],
    ['more pieces than before', before, { quantity: 9, backorder: false }, []],
    ['a variant whose pieces are no longer counted', before, { quantity: null, backorder: false }, [true]],
    ['no more than the reserved pieces', before, { quantity: 2, backorder: false }, [false]],
    [
      'no piece of a variant with backorders',
      { ...before, backorder: true },
      { quantity: 0, backorder: true },
      [],
    ],
  ])('of a count that finds %s', (_what, stock, count, expected) => {
    const counted = countStock(stock, { variantId: 'var_a', ...count })
    expect(counted).toBeDefined()
    expect(availabilityChanges([counted!]).map((change) => change.available)).toEqual(expected)
  })
})
