import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { minorDigits } from '#shared/money.ts'
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
    expect(parsePrice(text, 'EUR')).toEqual({ ok: true, minor })
  })

  test.each([
    ['$19.99', 'USD'],
    ['US$19.99', 'USD'],
    ['$19.99 USD', 'USD'],
    ['$19.99', 'CAD'],
    ['CA$ 19.99', 'CAD'],
    ['€ 19,99', 'EUR'],
    ['19,99 €', 'EUR'],
    ['19.99 EUR', 'EUR'],
    ['£19.99', 'GBP'],
    ['CHF 19.99', 'CHF'],
    ['Fr. 19.99', 'CHF'],
    ['19,99 kr', 'SEK'],
    ['19,99 kr.', 'DKK'],
    ['19,99 zł', 'PLN'],
    ['Rs.19.99', 'INR'],
  ])('reads %j as a price in %s', (text, currency) => {
    expect(parsePrice(text, currency)).toEqual({ ok: true, minor: 1999 })
  })

  test.each([
    ['$5', 'EUR', '$'],
    ['5 USD', 'EUR', 'USD'],
    ['£5.00', 'EUR', '£'],
    ['€5 USD', 'EUR', 'USD'],
    ['US$5', 'CAD', 'US$'],
    ['5 EUR', 'USD', 'EUR'],
    ['5 PCS', 'EUR', 'PCS'],
    ['¥500', 'KRW', '¥'],
    ['kr 5', 'EUR', 'kr'],
  ])('refuses %j in a shop that sells in %s', (text, currency, sign) => {
    expect(parsePrice(text, currency)).toEqual({
      ok: false,
      code: 'PRICE_CURRENCY',
      reason: `is not in ${currency}, as '${sign}' says; convert it, or name its currency with --currency if the shop sells in that`,
    })
  })

  test.each([
    ['19.999', 'PRICE_TOO_PRECISE'],
    ['1.299', 'PRICE_TOO_PRECISE'],
    ['0,999', 'PRICE_TOO_PRECISE'],
    ['-5.00', 'PRICE_NEGATIVE'],
    ['€-5', 'PRICE_NEGATIVE'],
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
    expect(parsePrice(text, 'EUR')).toMatchObject({ ok: false, code })
  })

  test('uses the number of decimals of the currency', () => {
    expect(parsePrice('1,299', 'JPY')).toMatchObject({ minor: 1299 })
    expect(parsePrice('1299.00', 'JPY')).toMatchObject({ minor: 1299 })
    expect(parsePrice('12.5', 'JPY')).toMatchObject({ code: 'PRICE_TOO_PRECISE' })
    expect(parsePrice('1.299', 'KWD')).toMatchObject({ minor: 1299 })
    expect(parsePrice('12.5', 'KWD')).toMatchObject({ minor: 12500 })
    expect(parsePrice('1,299', 'KWD')).toMatchObject({ code: 'PRICE_AMBIGUOUS' })
  })

  test('reads any formatted amount in any currency', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), fc.constantFrom('JPY', 'EUR', 'KWD'), (minor, currency) => {
        const digits = minorDigits(currency)
        const text = (minor / 10 ** digits).toFixed(digits)
        expect(parsePrice(text, currency)).toEqual({ ok: true, minor })
      }),
    )
  })

  test('returns quickly for any text', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('1', ',', '.', ' ', "'", '-', '$', 'A'),
      maxLength: 200,
    })
    fc.assert(fc.property(hostile, (text) => typeof parsePrice(text, 'EUR').ok === 'boolean'))
  })
})
