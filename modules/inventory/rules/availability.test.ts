import { describe, expect, it } from 'vitest'
import { availabilityOf, isAvailable, type Stock } from './availability.ts'

const stock: Stock = { variantId: 'var_a', tracked: true, backorder: false, onHand: 10, reserved: 3 }

describe('availabilityOf()', () => {
  it('subtracts reserved pieces from pieces on hand', () => {
    expect(availabilityOf('var_a', stock)).toEqual({ variantId: 'var_a', available: 7, backorder: false })
  })

  it('is 0 for a variant that was never counted', () => {
    expect(availabilityOf('var_x', undefined)).toEqual({ variantId: 'var_x', available: 0, backorder: false })
  })

  it('is null for untracked stock', () => {
    expect(availabilityOf('var_a', { ...stock, tracked: false }).available).toBeNull()
  })

  it('is 0 when more pieces are reserved than on hand', () => {
    expect(availabilityOf('var_a', { ...stock, onHand: 1 }).available).toBe(0)
  })
})

describe('isAvailable()', () => {
  it.each<[boolean, string, Partial<Stock>]>([
    [true, 'one piece is left', { onHand: 4 }],
    [false, 'all pieces are reserved', { onHand: 3 }],
    [false, 'more pieces are reserved than on hand', { onHand: 1 }],
    [true, 'the variant takes backorders', { onHand: 0, backorder: true }],
    [true, 'the stock is not tracked', { onHand: -5, tracked: false }],
  ])('is %s when %s', (expected, _when, change) => {
    expect(isAvailable({ ...stock, ...change })).toBe(expected)
  })
})
