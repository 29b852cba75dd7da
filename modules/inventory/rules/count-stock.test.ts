import { describe, expect, it } from 'vitest'
import { availabilityChanges, countStock, neverCountedStock } from './count-stock.ts'

const before = { variantId: 'var_a', tracked: true, backorder: false, onHand: 5, reserved: 2 }

describe('countStock()', () => {
  it('returns the stock before and after, and the difference of the pieces on hand', () => {
    const counted = countStock(before, { variantId: 'var_a', quantity: 8, backorder: false })
    expect(counted).toEqual({ before, after: { ...before, onHand: 8 }, delta: 3 })
  })

  it('returns undefined when the count matches the stock', () => {
    expect(countStock(before, { variantId: 'var_a', quantity: 5, backorder: false })).toBeUndefined()
  })

  it('keeps reservations when fewer pieces were found', () => {
    const counted = countStock(before, { variantId: 'var_a', quantity: 1, backorder: false })
    expect(counted?.after).toMatchObject({ onHand: 1, reserved: 2 })
  })

  it('stops tracking and keeps the pieces on hand when the quantity is null', () => {
    const counted = countStock(before, { variantId: 'var_a', quantity: null, backorder: false })
    expect(counted).toEqual({ before, after: { ...before, tracked: false }, delta: 0 })
  })
})

describe('availabilityChanges()', () => {
  it.each([
    [
      'available',
      'a first count finds pieces',
      neverCountedStock('var_a'),
      { quantity: 3, backorder: false },
      [true],
    ],
    [
      'available',
      'a first count allows backorders',
      neverCountedStock('var_a'),
      { quantity: 0, backorder: true },
      [true],
    ],
    ['no change', 'pieces are added to available ones', before, { quantity: 9, backorder: false }, []],
    ['available', 'tracking stops', before, { quantity: null, backorder: false }, [true]],
    [
      'sold out',
      'a count finds only the reserved pieces',
      before,
      { quantity: 2, backorder: false },
      [false],
    ],
    [
      'no change',
      'a count finds no piece, but the variant takes backorders',
      { ...before, backorder: true },
      { quantity: 0, backorder: true },
      [],
    ],
  ])('returns "%s" when %s', (_result, _when, stock, count, expected) => {
    const counted = countStock(stock, { variantId: 'var_a', ...count })
    expect(counted).toBeDefined()
    expect(availabilityChanges([counted!]).map((change) => change.available)).toEqual(expected)
  })
})
