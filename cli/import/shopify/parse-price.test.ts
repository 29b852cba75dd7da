import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePrice } from './parse-price.ts'

describe('parsePrice()', () => {
  test.each([
    ['19.99', 1999],
    ['19,99', 1999],
    ['19.9', 1990],
    ['19', 1900],
    ['19.', 1900],
    ['.5', 50],
    ['0', 0],
    ['0.00', 0],
    ['-0', 0],
    ['007.50', 750],
    ['19.9900', 1999],
    ['1,299', 129900],
    ['1,299.00', 129900],
    ['1.299,00', 129900],
    ['1 299,00', 129900],
    ['1\u202f299,00', 129900],
    ["1'299.50", 129950],
    ['1.299.000', 129900000],
    ['12,345,678.90', 1234567890],
  ])('reads %j', (text, minor) => {
    expect(parsePrice(text, 2)).toEqual({ ok: true, minor, sign: null })
  })

  test.each([
    ['$19.99', '$'],
    ['€ 19,99', '€'],
    ['19,99 €', '€'],
    ['US$19.99', 'US$'],
    ['CHF 19.99', 'CHF'],
    ['19.99 USD', 'USD'],
    ['Fr. 19.99', 'Fr.'],
    ['19,99 kr', 'kr'],
  ])('reads %j and tells its sign', (text, sign) => {
    expect(parsePrice(text, 2)).toEqual({ ok: true, minor: 1999, sign })
  })

  test.each([
    ['19.999', 'PRICE_TOO_PRECISE'],
    ['1.299', 'PRICE_TOO_PRECISE'],
    ['0,999', 'PRICE_TOO_PRECISE'],
    ['-5.00', 'PRICE_NEGATIVE'],
    ['$-5', 'PRICE_NEGATIVE'],
    ['−5', 'PRICE_NEGATIVE'],
    ['10000000000', 'PRICE_TOO_LARGE'],
    ['99999999999999999999999999', 'PRICE_TOO_LARGE'],
    ['free', 'PRICE_INVALID'],
    ['', 'PRICE_INVALID'],
    ['$', 'PRICE_INVALID'],
    ['.', 'PRICE_INVALID'],
    ['12 pcs', 'PRICE_INVALID'],
    ['1e3', 'PRICE_INVALID'],
    ['1.2.3', 'PRICE_INVALID'],
    ['1,2,3', 'PRICE_INVALID'],
    ['1,299,5', 'PRICE_INVALID'],
    ['12 50', 'PRICE_INVALID'],
    ['10-20', 'PRICE_INVALID'],
    ['NaN', 'PRICE_INVALID'],
    ['٣', 'PRICE_INVALID'],
  ])('refuses %j as %s', (text, code) => {
    expect(parsePrice(text, 2)).toMatchObject({ ok: false, code })
  })

  test('goes by the number of decimals of the currency', () => {
    expect(parsePrice('1,299', 0)).toMatchObject({ minor: 1299 })
    expect(parsePrice('1299.00', 0)).toMatchObject({ minor: 1299 })
    expect(parsePrice('12.5', 0)).toMatchObject({ code: 'PRICE_TOO_PRECISE' })
    expect(parsePrice('1.299', 3)).toMatchObject({ minor: 1299 })
    expect(parsePrice('12.5', 3)).toMatchObject({ minor: 12500 })
    expect(parsePrice('1,299', 3)).toMatchObject({ code: 'PRICE_AMBIGUOUS' })
  })

  test('reads what is written of any amount, in any currency', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), fc.constantFrom(0, 2, 3), (minor, digits) => {
        const text = (minor / 10 ** digits).toFixed(digits)
        expect(parsePrice(text, digits)).toEqual({ ok: true, minor, sign: null })
      }),
    )
  })

  test('answers any text, and quickly', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('1', ',', '.', ' ', "'", '-', '$', 'A'),
      maxLength: 200,
    })
    fc.assert(fc.property(hostile, (text) => typeof parsePrice(text, 2).ok === 'boolean'))
  })
})
