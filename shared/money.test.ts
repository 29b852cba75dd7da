import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocateMoney, formatMoney, minorDigits, money, shareOf } from './money.ts'

const amounts = fc.integer({ min: -1e12, max: 1e12 })

describe('money()', () => {
  it('rejects fractions of a minor unit and unsafe integers', () => {
    for (const amount of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => money(amount, 'EUR')).toThrow(RangeError)
  })

  it('is formatted with the decimals of its currency', () => {
    expect(formatMoney(money(1999, 'EUR'))).toBe('€19.99')
    expect(formatMoney(money(1999, 'JPY'))).toBe('¥1,999')
    expect(minorDigits('KWD')).toBe(3)
  })
})

describe('shareOf()', () => {
  it('rounds half away from zero', () => {
    expect(shareOf(money(50, 'EUR'), 100).amount).toBe(1)
    expect(shareOf(money(-50, 'EUR'), 100).amount).toBe(-1)
    expect(shareOf(money(49, 'EUR'), 100).amount).toBe(0)
    expect(shareOf(money(1999, 'EUR'), 1900).amount).toBe(380)
  })

  it('is within half a minor unit of the exact value, and symmetric around zero', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 20_000 }), (amount, rate) => {
        const part = shareOf(money(amount, 'EUR'), rate).amount
        const error = BigInt(part) * 10_000n - BigInt(amount) * BigInt(rate)
        expect(error <= 5000n && error >= -5000n).toBe(true)
        expect(shareOf(money(-amount, 'EUR'), rate).amount + part).toBe(0)
      }),
    )
  })
})

describe('allocateMoney()', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 100 })

  it('adds up to the amount exactly', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        fc.pre(shares.some((share) => share > 0))
        const parts = allocateMoney(money(amount, 'EUR'), shares)
        expect(parts.reduce((sum, part) => sum + part.amount, 0)).toBe(amount)
      }),
    )
  })

  it('gives each part its exact share to within one minor unit, and 0 for weight 0', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        const total = shares.reduce((sum, share) => sum + share, 0)
        fc.pre(total > 0)
        for (const [index, part] of allocateMoney(money(amount, 'EUR'), shares).entries()) {
          const error = BigInt(part.amount) * BigInt(total) - BigInt(amount) * BigInt(shares[index]!)
          expect(error < BigInt(total) && error > -BigInt(total)).toBe(true)
          if (shares[index] === 0) expect(part.amount).toBe(0)
        }
      }),
    )
  })

  it('distributes the rest to the largest remainders', () => {
    const parts = (amount: number, shares: number[]) =>
      allocateMoney(money(amount, 'EUR'), shares).map((part) => part.amount)
    expect(parts(100, [1, 1, 1])).toEqual([34, 33, 33])
    expect(parts(-100, [1, 1, 1])).toEqual([-34, -33, -33])
    expect(parts(10, [1, 2])).toEqual([3, 7])
    expect(parts(5, [])).toEqual([])
    expect(parts(5, [0, 0])).toEqual([0, 0])
  })
})
