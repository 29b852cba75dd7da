import { describe, expect, it } from 'vitest'
import { formatMoney, minorDigits, money } from './money.ts'

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
