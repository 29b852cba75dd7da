import { describe, expect, it } from 'vitest'
import type { Coupon } from './coupon-table.ts'
import { discountOf, findCoupon, paysShipping, validCoupons } from './coupons.ts'

const summer: Coupon = {
  code: 'SUMMER',
  title: '60 % off',
  effect: { kind: 'percentOff', basisPoints: 6000 },
  validFrom: new Date('2026-06-01T00:00:00Z'),
  validUntil: new Date('2026-09-01T00:00:00Z'),
}
const half: Coupon = {
  ...summer,
  code: 'HALF',
  effect: { kind: 'percentOff', basisPoints: 5000 },
  validUntil: null,
}
const post: Coupon = {
  ...summer,
  code: 'POST',
  effect: { kind: 'freeShipping' },
  validFrom: null,
  validUntil: null,
}
const table = [summer, half, post]

describe('findCoupon()', () => {
  it.each([
    ['nothing before the start of validity', '2026-05-31T23:59:59Z', false],
    ['the coupon at the start of validity', '2026-06-01T00:00:00Z', true],
    ['the coupon just before the end of validity', '2026-08-31T23:59:59.999Z', true],
    ['nothing at the end of validity', '2026-09-01T00:00:00Z', false],
  ])('finds %s', (_when, now, found) => {
    expect(findCoupon('SUMMER', new Date(now), table)).toBe(found ? summer : undefined)
  })

  it('reads a code in any case and with spaces around it', () => {
    expect(findCoupon(' Post ', new Date(), table)).toBe(post)
  })

  it('returns undefined for an unknown code', () => {
    expect(findCoupon('WINTER', new Date(), table)).toBeUndefined()
  })
})

describe('validCoupons()', () => {
  it('leaves out expired coupons', () => {
    expect(validCoupons(['POST', 'SUMMER', 'HALF'], new Date('2027-01-01'), table)).toEqual([post, half])
  })
})

describe('discountOf()', () => {
  it('is the percentage of the price, rounded half up to a minor unit', () => {
    expect(discountOf(999, [half])).toBe(500)
  })

  it('is at most the price of the goods', () => {
    expect(discountOf(999, [half, summer])).toBe(999)
  })

  it('is zero for free shipping', () => {
    expect(discountOf(999, [post])).toBe(0)
  })
})

describe('paysShipping()', () => {
  it('is true if one of the coupons makes shipping free', () => {
    expect(paysShipping([half, post])).toBe(true)
    expect(paysShipping([half])).toBe(false)
  })
})
