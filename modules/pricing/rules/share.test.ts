import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate, includedShareOf, percentOf, rateOf, shareOf } from './share.ts'

const amounts = fc.integer({ min: 0, max: 1e12 })
const rates = fc.integer({ min: 0, max: 2_000_000 })

describe('shareOf()', () => {
  it.each([
    // 50 % of 0.01 is half a cent
    [1, 50, 1],
    // 8.25 % of 31.12 is 2.5674
    [3112, 8.25, 257],
    // 8.875 % of 100.00 is 8.875: half a cent is rounded up
    [10_000, 8.875, 888],
    // 1.005 in binary is below 1.005, so that floating point would round it down
    [100_500, 0.1, 101],
    // Its product is beyond 2^53, so that floating point would round it up
    [926_221_753_935, 63.6277, 589_333_598_928],
    [999_999_999_999, 99.9999, 999_998_999_999],
    [12_345, 0, 0],
    [12_345, 100, 12_345],
  ])('takes a share of %i by %d %% as %i, rounded half up', (amount, percent, share) => {
    expect(shareOf(amount, rateOf(percent))).toBe(share)
  })

  it('is within half a minor unit of the exact value', () => {
    fc.assert(
      fc.property(amounts, rates, (amount, rate) => {
        const error = BigInt(shareOf(amount, rate)) * 1_000_000n - BigInt(amount) * BigInt(rate)
        expect(error <= 500_000n && error >= -500_000n).toBe(true)
      }),
    )
  })
})

describe('includedShareOf()', () => {
  it.each([
    [11_900, 19, 1900],
    // 94.00 * 21 / 121 is 16.3140…
    [9400, 21, 1631],
    // 0.03 * 100 / 200 is 0.015
    [3, 100, 2],
    [100, 0, 0],
  ])('takes the tax out of %i at %d %% as %i', (gross, percent, tax) => {
    expect(includedShareOf(gross, rateOf(percent))).toBe(tax)
  })
})

describe('rateOf()', () => {
  it.each([8.875, 0.0001, 7.7, 33.3333, 99.9999])('keeps %d %% exactly', (percent) => {
    expect(percentOf(rateOf(percent))).toBe(percent)
  })
})

describe('allocate()', () => {
  it.each([
    // The remainder goes to the largest fraction, and of equal fractions to the first
    [100, [1, 1, 1], [34, 33, 33]],
    [10, [2, 3, 5], [2, 3, 5]],
    // 0.1, 0.2 and 0.7 of a unit
    [1, [1, 2, 7], [0, 0, 1]],
    // 3.33, 3.33 and 3.33
    [5, [3, 0, 3], [3, 0, 2]],
    [7, [0, 0], [0, 0]],
    [0, [5, 5], [0, 0]],
    // Products beyond 2^53
    [999_999_999_999, [999_999_999_999, 1], [999_999_999_998, 1]],
  ])('splits %i by %j into %j', (amount, weights, parts) => {
    expect(allocate(amount, weights)).toEqual(parts)
  })

  const weights = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 100 })

  it('adds up to the amount exactly', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        fc.pre(shares.some((share) => share > 0))
        expect(allocate(amount, shares).reduce((sum, part) => sum + part, 0)).toBe(amount)
      }),
    )
  })

  it('gives each part its exact share to within one minor unit, and 0 for weight 0', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        const total = shares.reduce((sum, share) => sum + share, 0)
        fc.pre(total > 0)
        for (const [index, part] of allocate(amount, shares).entries()) {
          const error = BigInt(part) * BigInt(total) - BigInt(amount) * BigInt(shares[index]!)
          expect(error < BigInt(total) && error > -BigInt(total)).toBe(true)
          if (shares[index] === 0) expect(part).toBe(0)
        }
      }),
    )
  })

  it('is empty without weights', () => {
    expect(allocate(5, [])).toEqual([])
  })
})
