import { describe, expect, it } from 'vitest'
import { availabilityOf, isAvailable, type Stock } from './availability.ts'

const stock: Stock = { variantId: 'var_a', tracked: true, backorder: false, onHand: 10, reserved: 3 }

describe('availabilityOf()', () => {
  it('promises what is on hand and not reserved', () => {
    expect(availabilityOf('var_a', stock)).toEqual({ variantId: 'var_a', available: 7, backorder: false })
  })

  it('promises nothing of an unknown variant', () => {
    expect(availabilityOf('var_x', undefined)).toEqual({ variantId: 'var_x', available: 0, backorder: false })
  })

  it('does not count what is not tracked', () => {
    expect(availabilityOf('var_a', { ...stock, tracked: false }).available).toBeNull()
  })

  it('never tells less than nothing', () => {
    expect(availabilityOf('var_a', { ...stock, onHand: 1 }).available).toBe(0)
  })
})

describe('isAvailable()', () => {
  it.each<[string, Partial<Stock>, boolean]>([
    ['one piece is left', { onHand: 4 }, true],
    ['all are reserved', { onHand: 3 }, false],
    ['more are reserved than there are', { onHand: 1 }, false],
    ['it sells below zero', { onHand: 0, backorder: true }, true],
    ['it is not tracked', { onHand: -5, tracked: false }, true],
  ])('when %s', (_when, change, expected) => {
    expect(isAvailable({ ...stock, ...change })).toBe(expected)
  })
})
