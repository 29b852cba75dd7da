import { describe, expect, it } from 'vitest'
import { availabilityOf, isAvailable, type Stock } from './availability.ts'

const stock: Stock = { variantId: 'var_a', tracked: true, backorder: false, onHand: 10, reserved: 3 }

describe('availabilityOf()', () => {
  it('subtracts reserved pieces from pieces on hand', () => {
    expect(availabilityOf('var_a', stock)).toEqual({ variantId: 'var_a', available: 7, backorder: false })
  })

  it('is 0 for an unknown variant', () => {
    expect(availabilityOf('var_x', undefined)).toEqual({ variantId: 'var_x', available: 0, backorder: false })
  })

  it('is null for untracked stock', () => {
    expect(availabilityOf('var_a', { ...stock, tracked: false }).available).toBeNull()
  })

  it('is never negative', () => {
    expect(availabilityOf('var_a', { ...stock, onHand: 1 }).available).toBe(0)
  })
})

describe('isAvailable()', () => {
  it.each<[string, Partial<Stock>, boolean]>([
    ['one piece is left', { onHand: 4 }, true],
    ['all are reserved', { onHand: 3 }, false],
    ['more are reserved than on hand', { onHand: 1 }, false],
    ['it takes backorders', { onHand: 0, backorder: true }, true],
    ['it is not tracked', { onHand: -5, tracked: false }, true],
  ])('when %s', (_when, change, expected) => {
    expect(isAvailable({ ...stock, ...change })).toBe(expected)
  })
})
