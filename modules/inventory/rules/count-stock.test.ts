import { describe, expect, it } from 'vitest'
import { availabilityChanges, countStock, uncounted } from './count-stock.ts'

const before = { variantId: 'var_a', tracked: true, backorder: false, onHand: 5, reserved: 2 }

describe('countStock()', () => {
  it('explains the new number on hand by a movement', () => {
    const counted = countStock(before, { variantId: 'var_a', quantity: 8, backorder: false })
    expect(counted).toEqual({ before, after: { ...before, onHand: 8 }, delta: 3 })
  })

  it('changes nothing when the count agrees', () => {
    expect(countStock(before, { variantId: 'var_a', quantity: 5, backorder: false })).toBeUndefined()
  })

  it('leaves what is reserved reserved, though fewer pieces were found', () => {
    const counted = countStock(before, { variantId: 'var_a', quantity: 1, backorder: false })
    expect(counted?.after).toMatchObject({ onHand: 1, reserved: 2 })
  })

  it('stops the counting and moves nothing', () => {
    const counted = countStock(before, { variantId: 'var_a', quantity: null, backorder: false })
    expect(counted).toEqual({ before, after: { ...before, tracked: false }, delta: 0 })
  })
})

describe('availabilityChanges()', () => {
  it.each([
    ['pieces of a new variant', uncounted('var_a'), { quantity: 3, backorder: false }, [true]],
    ['no pieces of a new variant', uncounted('var_a'), { quantity: 0, backorder: true }, [true]],
    ['more pieces than before', before, { quantity: 9, backorder: false }, []],
    ['that pieces are not counted any more', before, { quantity: null, backorder: false }, [true]],
    ['no more than what is reserved', before, { quantity: 2, backorder: false }, [false]],
    [
      'no piece of what sells below zero',
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
