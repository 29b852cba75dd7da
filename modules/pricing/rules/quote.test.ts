import { describe, expect, it } from 'vitest'
import type { Quote } from '../contract.ts'
import type { Promotion, QuoteInput } from '../schemas.ts'
import { type QuoteFacts, quote } from './quote.ts'
import { ruleSetOf } from './rule-set.ts'
import {
  aMethod,
  amountsOf,
  anInput,
  aPromotion,
  aQuoteLine,
  aTaxZone,
  DE_ZONE,
  noFacts,
  someRules,
} from './testing.ts'

describe('quote(), known right values', () => {
  it('51.86 less 40 % plus 8.25 % tax is 33.69', () => {
    const rules = someRules({
      taxZones: [
        aTaxZone({
          areas: [{ country: 'US', region: 'TX' }],
          prices: 'added',
          rates: [{ taxClass: 'standard', title: 'Sales tax', percent: 8.25 }],
        }),
      ],
      promotions: [
        aPromotion({ effect: { kind: 'reduce', reduction: { kind: 'percentOff', percent: 40 } } }),
      ],
    })
    const input = anInput({
      currency: 'USD',
      lines: [aQuoteLine({ unitPrice: 5186 })],
      address: { country: 'US', region: 'tx', postalCode: '73301' },
    })
    expect(amountsOf(rules, input)).toEqual({
      subtotal: 5186,
      discount: 2074,
      shipping: 0,
      tax: 257,
      includedTax: 0,
      total: 3369,
    })
  })

  it('45 + 49 with 21 % inside and shipping of 4.96 plus 21 % is 100.00', () => {
    const rules = someRules({
      taxZones: [aTaxZone({ rates: [{ taxClass: 'standard', title: 'BTW', percent: 21 }] })],
      shippingMethods: [aMethod({ amount: 496, prices: 'added' })],
    })
    const lines = [aQuoteLine({ id: 'lin_1', unitPrice: 4500 }), aQuoteLine({ id: 'lin_2', unitPrice: 4900 })]
    expect(amountsOf(rules, anInput({ lines, shippingOptionId: 'parcel' }))).toEqual({
      subtotal: 9400,
      discount: 0,
      shipping: 496,
      tax: 104,
      includedTax: 1631,
      total: 10_000,
    })
  })

  it('34 pieces at 5.99, of which ten are free, are 143.76', () => {
    const rules = someRules({
      promotions: [
        aPromotion({
          effect: { kind: 'buyGet', buy: { pieces: 24 }, get: { pieces: 10, percent: 100 }, times: null },
        }),
      ],
    })
    const lines = [aQuoteLine({ unitPrice: 599, quantity: 34 })]
    expect(amountsOf(rules, anInput({ lines }))).toMatchObject({
      subtotal: 20_366,
      discount: 5990,
      total: 14_376,
    })
  })

  it('the same by an amount of 59.90', () => {
    const rules = someRules({
      promotions: [
        aPromotion({
          effect: { kind: 'reduce', reduction: { kind: 'amountOff', amount: 5990, each: false } },
        }),
      ],
    })
    const lines = [aQuoteLine({ unitPrice: 599, quantity: 34 })]
    expect(amountsOf(rules, anInput({ lines })).total).toBe(14_376)
  })
})

describe('quote(), taxes', () => {
  const canada = aTaxZone({
    areas: [{ country: 'CA', region: 'BC' }],
    prices: 'added',
    rates: [
      { taxClass: 'standard', title: 'GST', percent: 5 },
      { taxClass: 'standard', title: 'PST', percent: 7 },
    ],
  })

  it('lists each rate of a zone, and the rates add up', () => {
    const rules = ruleSetOf(someRules({ taxZones: [canada] }))
    const input = anInput({ currency: 'CAD', address: { country: 'CA', region: 'BC', postalCode: 'V6B' } })
    const { taxes, totals } = quote(rules, input, noFacts)
    expect(taxes.map(({ title, percent, amount }) => [title, percent, amount.amount])).toEqual([
      ['GST', 5, 50],
      ['PST', 7, 70],
    ])
    expect(totals.tax.amount).toBe(120)
  })

  it('taxes the class of each product, and shipping in proportion to the goods', () => {
    const zone = aTaxZone({
      prices: 'added',
      rates: [
        { taxClass: 'standard', title: 'VAT', percent: 20 },
        { taxClass: 'books', title: 'VAT', percent: 5 },
      ],
    })
    const rules = ruleSetOf(someRules({ taxZones: [zone], shippingMethods: [aMethod({ amount: 400 })] }))
    const lines = [
      aQuoteLine({ id: 'lin_1', unitPrice: 1000 }),
      aQuoteLine({ id: 'lin_2', unitPrice: 3000, taxClass: 'books' }),
    ]
    const { taxes } = quote(rules, anInput({ lines, shippingOptionId: 'parcel' }), noFacts)
    expect(taxes.map(({ percent, base, amount }) => [percent, base.amount, amount.amount])).toEqual([
      [20, 1100, 220],
      [5, 3300, 165],
    ])
  })

  it('rounds the tax once for all lines, or for each line', () => {
    const zone = aTaxZone({ prices: 'added', rates: [{ taxClass: 'standard', title: 'VAT', percent: 7 }] })
    const rules = someRules({ taxZones: [zone] })
    // 7 % of 0.07 is 0.0049, of 0.21 it is 0.0147
    const lines = ['lin_1', 'lin_2', 'lin_3'].map((id) => aQuoteLine({ id, unitPrice: 7 }))
    expect(amountsOf(rules, anInput({ lines })).tax).toBe(1)
    expect(amountsOf({ ...rules, tax: { ...rules.tax, rounding: 'line' } }, anInput({ lines })).tax).toBe(0)
  })

  it('charges companies with reverse charge and exempt customers the price without tax', () => {
    const rules = someRules({ taxZones: [aTaxZone()], shippingMethods: [aMethod()] })
    const input = anInput({ lines: [aQuoteLine({ unitPrice: 11_900 })] })
    for (const taxExemption of ['exempt', 'reverseCharge'] as const) {
      const facts = { ...noFacts, buyer: { ...noFacts.buyer, taxExemption } }
      expect(amountsOf(rules, input, facts)).toMatchObject({
        subtotal: 10_000,
        includedTax: 0,
        total: 10_000,
      })
    }
  })

  it('charges them shipping without its tax, at the rates of the goods or of a class', () => {
    // 1.19 at 19 % is 1.00. Split over goods at 19 % and 5 %, half each: 0.60 contain 0.10, and 0.59 contain 0.03
    const zone = aTaxZone({
      rates: [
        { taxClass: 'standard', title: 'VAT', percent: 19 },
        { taxClass: 'books', title: 'VAT', percent: 5 },
      ],
    })
    const facts = { ...noFacts, buyer: { ...noFacts.buyer, taxExemption: 'exempt' as const } }
    const lines = [
      aQuoteLine({ id: 'lin_1', unitPrice: 1190 }),
      aQuoteLine({ id: 'lin_2', unitPrice: 1050, taxClass: 'books' }),
    ]
    const priceOf = (
      prices: 'zone' | 'included' | 'added',
      by: 'goods' | 'class',
      freeByPromotion = false,
    ) => {
      const shipping = by === 'goods' ? { by } : { by, taxClass: 'standard' }
      const rules = someRules({
        tax: { home: null, rounding: 'total', shipping },
        taxZones: [zone],
        shippingMethods: [aMethod({ amount: 119, prices })],
        promotions: freeByPromotion ? [aPromotion({ effect: { kind: 'freeShipping' } })] : [],
      })
      const quoted = quote(ruleSetOf(rules), anInput({ lines, shippingOptionId: 'parcel' }), facts)
      expect(quoted.shippingOption).toEqual(quoted.shippingOptions[0])
      expect(quoted.totals.total.amount).toBe(2000 + quoted.totals.shipping.amount)
      return [quoted.totals.shipping.amount, quoted.discounts[0]?.amount.amount]
    }
    expect(priceOf('zone', 'class')).toEqual([100, undefined])
    expect(priceOf('included', 'class')).toEqual([100, undefined])
    expect(priceOf('added', 'class')).toEqual([119, undefined])
    expect(priceOf('zone', 'goods')).toEqual([106, undefined])
    expect(priceOf('zone', 'class', true)).toEqual([0, 100])
  })

  it('taxes the classes with one rate together, with one rounding', () => {
    const zone = aTaxZone({
      prices: 'added',
      rates: [
        { taxClass: 'standard', title: 'VAT', percent: 7 },
        { taxClass: 'food', title: 'VAT', percent: 7 },
      ],
    })
    const rules = ruleSetOf(someRules({ taxZones: [zone] }))
    const lines = ['standard', 'food', 'other'].map((taxClass, index) =>
      aQuoteLine({ id: `lin_${index + 1}`, unitPrice: 7, taxClass }),
    )
    const { taxes } = quote(rules, anInput({ lines }), noFacts)
    expect(taxes.map(({ percent, base, amount }) => [percent, base.amount, amount.amount])).toEqual([
      [7, 21, 1],
    ])
  })

  it('taxes no class without a rate in a zone without a standard rate, and no goods that are not taxable', () => {
    const books = { taxClass: 'books', title: 'VAT', percent: 5 }
    const rules = someRules({ taxZones: [aTaxZone({ prices: 'added', rates: [books] })] })
    const lines = [
      aQuoteLine({ id: 'lin_1' }),
      aQuoteLine({ id: 'lin_2', taxClass: 'books', taxable: false }),
      aQuoteLine({ id: 'lin_3', taxClass: 'books' }),
    ]
    expect(amountsOf(rules, anInput({ lines })).tax).toBe(50)
  })

  it('lists a rate of 0 % with its base', () => {
    const zone = aTaxZone({ rates: [{ taxClass: 'standard', title: 'Zero-rated', percent: 0 }] })
    const { taxes } = quote(ruleSetOf(someRules({ taxZones: [zone] })), anInput(), noFacts)
    expect(taxes).toEqual([
      {
        title: 'Zero-rated',
        percent: 0,
        base: { amount: 1000, currency: 'EUR' },
        amount: { amount: 0, currency: 'EUR' },
        included: true,
      },
    ])
  })

  it('uses the zone of the address, not that of the shop', () => {
    const rules = someRules({
      tax: { home: { country: 'DE' }, rounding: 'total', shipping: { by: 'goods' } },
      taxZones: [
        aTaxZone(),
        aTaxZone({
          id: 'txz_ny',
          areas: [{ country: 'US', region: 'New York' }],
          prices: 'added',
          rates: [{ taxClass: 'standard', title: 'Sales tax', percent: 8.875 }],
        }),
      ],
    })
    // 8.875 % of 10.00 is 0.8875
    const newYork = anInput({ address: { country: 'US', region: 'NY' } })
    expect(amountsOf(rules, newYork)).toMatchObject({ tax: 89, includedTax: 0, total: 1089 })
    expect(amountsOf(rules, anInput())).toMatchObject({ tax: 0, includedTax: 160, total: 1000 })
    expect(amountsOf(rules, anInput({ address: { country: 'FR' } }))).toMatchObject({
      tax: 0,
      includedTax: 0,
    })
  })

  it.each([
    // 10 % of ¥1,999 is 199.9, of 12.345 dinars it is 1.2345
    ['JPY', 1999, 200],
    ['KWD', 12_345, 1235],
  ])('rounds to the minor unit of %s', (currency, unitPrice, tax) => {
    const rates = [{ taxClass: 'standard', title: 'Tax', percent: 10 }]
    const rules = someRules({ taxZones: [aTaxZone({ prices: 'added', rates })] })
    expect(amountsOf(rules, anInput({ currency, lines: [aQuoteLine({ unitPrice })] })).tax).toBe(tax)
  })

  it('shows the tax of the home area until there is an address', () => {
    const rules = someRules({ taxZones: [aTaxZone()] })
    const input = anInput({ address: null, lines: [aQuoteLine({ unitPrice: 119 })] })
    expect(amountsOf(rules, input).includedTax).toBe(0)
    const withHome = { ...rules, tax: { ...rules.tax, home: { country: 'DE' } } }
    expect(amountsOf(withHome, input).includedTax).toBe(19)
  })
})

describe('quote(), shipping', () => {
  const rules = someRules({
    shippingZones: [
      { id: DE_ZONE, title: 'Germany', areas: [{ country: 'DE' }] },
      { id: 'shz_alps', title: 'The Alps', areas: [{ country: 'DE', postalPrefix: '82' }] },
      { id: 'shz_canaries', title: 'Canaries', areas: [{ country: 'ES', postalPrefix: '35' }] },
    ],
    shippingMethods: [
      aMethod({ id: 'last', position: 9 }),
      aMethod({ id: 'b', position: 1, excludedClasses: ['bulky'] }),
      aMethod({ id: 'a', position: 1 }),
    ],
  })
  const quoteFor = (change: Partial<QuoteInput>) => quote(ruleSetOf(rules), anInput(change), noFacts)

  it('lists the options by position, then by id', () => {
    expect(quoteFor({}).shippingOptions.map(({ id }) => id)).toEqual(['a', 'b', 'last'])
  })

  it.each<[string, Partial<QuoteInput>, Quote['shippingProblem']]>([
    ['goods that a method takes', {}, null],
    ['no address', { address: null }, null],
    ['a country without a zone', { address: { country: 'FR' } }, 'countryNotServed'],
    ['a place between zones', { address: { country: 'ES', postalCode: '28001' } }, 'addressNotServed'],
    ['a zone without a method', { address: { country: 'DE', postalCode: '82467' } }, 'goodsNotShipped'],
  ])('says what is wrong with %s', (_title, change, problem) => {
    const quoted = quoteFor(change)
    expect(quoted.shippingProblem).toBe(problem)
    if (problem) expect(quoted.shippingOptions).toEqual([])
  })

  it('forgets a chosen option that is not offered', () => {
    expect(quoteFor({ shippingOptionId: 'b' }).shippingOption?.id).toBe('b')
    const bulky = [aQuoteLine({ shippingClass: 'bulky' })]
    const quoted = quoteFor({ shippingOptionId: 'b', lines: bulky })
    expect([quoted.shippingOption, quoted.totals.shipping.amount]).toEqual([null, 0])
  })

  it('compares the price for free shipping with the goods after discounts', () => {
    const [rate] = aMethod().rates
    const free = aMethod({ rates: [{ ...rate!, freeFrom: 1000 }] })
    const half = aPromotion({ effect: { kind: 'reduce', reduction: { kind: 'percentOff', percent: 50 } } })
    const shippingOf = (promotions: Promotion[], quantity: number) =>
      amountsOf(
        someRules({ shippingMethods: [free], promotions }),
        anInput({ lines: [aQuoteLine({ quantity })], shippingOptionId: 'parcel' }),
      ).shipping
    expect(shippingOf([], 1)).toBe(0)
    expect(shippingOf([half], 1)).toBe(490)
    expect(shippingOf([half], 2)).toBe(0)
  })
})

describe('quote(), codes', () => {
  const byCode = (code: string, change: Partial<Promotion> = {}) =>
    aPromotion({ id: `prm_${code.toLowerCase()}`, title: code, trigger: { by: 'code', code }, ...change })
  const singleUse = aPromotion({ id: 'prm_single', title: 'Single', trigger: { by: 'singleUseCodes' } })
  const freeShipping = { effect: { kind: 'freeShipping' as const } }

  function codesOf(promotions: Promotion[], input: Partial<QuoteInput>, facts: Partial<QuoteFacts> = {}) {
    const express = aMethod({ id: 'express', title: 'Express', freeByPromotion: false })
    const gratis = aMethod({ id: 'gratis', title: 'Gratis', amount: 0 })
    const rules = ruleSetOf(someRules({ promotions, shippingMethods: [aMethod(), express, gratis] }))
    const { codes, discounts } = quote(rules, anInput(input), { ...noFacts, ...facts })
    return {
      codes: codes.map(({ code, status, reason }) => [code, status, reason]),
      discounts: discounts.length,
    }
  }

  it('apply', () => {
    expect(codesOf([byCode('TEN')], { codes: ['TEN'] })).toEqual({
      codes: [['TEN', 'applied', null]],
      discounts: 1,
    })
    expect(codesOf([byCode('TEN')], { codes: [] })).toEqual({ codes: [], discounts: 0 })
  })

  it.each<[string, Promotion[], Partial<QuoteInput>, Partial<QuoteFacts>, unknown[]]>([
    [
      'a code that does not exist',
      [],
      { codes: ['NOPE'] },
      {},
      ['NOPE', 'unknown', 'This code does not exist or is not valid now.'],
    ],
    [
      'the code of an inactive promotion',
      [byCode('TEN', { active: false })],
      { codes: ['TEN'] },
      {},
      ['TEN', 'unknown', 'This code does not exist or is not valid now.'],
    ],
    [
      'a condition that is not met',
      [byCode('TEN', { conditions: { minAmount: 1500 } })],
      { codes: ['TEN'] },
      {},
      ['TEN', 'waiting', 'Add goods for €5.00 more to use this code.'],
    ],
    [
      'a promotion that was used up',
      [byCode('TEN')],
      { codes: ['TEN'] },
      { usedUp: new Map([['prm_ten', 'usedUp']]) },
      ['TEN', 'waiting', 'This code has been used already.'],
    ],
    [
      'a promotion that the buyer has used',
      [byCode('TEN')],
      { codes: ['TEN'] },
      { usedUp: new Map([['prm_ten', 'usedUpByCustomer']]) },
      ['TEN', 'waiting', 'You have used this code already.'],
    ],
    [
      'a single-use code that was used',
      [singleUse],
      { codes: ['ONE'] },
      { singleUseCodes: new Map([['ONE', { promotion: singleUse, isUsed: true }]]) },
      ['ONE', 'waiting', 'This code has been used already.'],
    ],
    [
      'an automatic promotion with which it cannot be combined',
      [byCode('TEN', { combinesWith: [] }), aPromotion({ title: 'Spring', priority: 1 })],
      { codes: ['TEN'] },
      {},
      ['TEN', 'waiting', 'This code cannot be combined with “Spring”.'],
    ],
    [
      'goods that cost nothing',
      [byCode('TEN')],
      { codes: ['TEN'], lines: [aQuoteLine({ unitPrice: 0 })] },
      {},
      ['TEN', 'waiting', 'This code reduces nothing in your cart.'],
    ],
    [
      'free shipping by a method that is free',
      [byCode('FREE', freeShipping)],
      { codes: ['FREE'], shippingOptionId: 'gratis' },
      {},
      ['FREE', 'waiting', 'Shipping is free already.'],
    ],
    [
      'free shipping by a method that it does not cover',
      [byCode('FREE', freeShipping)],
      { codes: ['FREE'], shippingOptionId: 'express' },
      {},
      ['FREE', 'waiting', 'This code does not cover “Express”.'],
    ],
  ])('say why they reduce nothing: %s', (_title, promotions, input, facts, code) => {
    const { codes } = codesOf(promotions, input, facts)
    expect(codes).toEqual([code])
  })

  it('for free shipping apply before a method is chosen, and with one that they cover', () => {
    const applied = { codes: [['FREE', 'applied', null]], discounts: 1 }
    expect(codesOf([byCode('FREE', freeShipping)], { codes: ['FREE'] })).toEqual(applied)
    const chosen = { codes: ['FREE'], shippingOptionId: 'parcel' }
    expect(codesOf([byCode('FREE', freeShipping)], chosen)).toEqual(applied)
  })

  it('of one promotion count once, and used ones not at all', () => {
    const code = (isUsed: boolean) => ({ promotion: singleUse, isUsed })
    const singleUseCodes = new Map([
      ['ONE', code(true)],
      ['TWO', code(false)],
    ])
    expect(codesOf([singleUse], { codes: ['ONE', 'TWO'] }, { singleUseCodes })).toEqual({
      codes: [
        ['ONE', 'waiting', 'This code has been used already.'],
        ['TWO', 'applied', null],
      ],
      discounts: 1,
    })
  })

  it('of one promotion wait for one another', () => {
    const singleUseCodes = new Map(
      ['ONE', 'TWO'].map((code) => [code, { promotion: singleUse, isUsed: false }] as const),
    )
    expect(codesOf([singleUse], { codes: ['TWO', 'ONE'] }, { singleUseCodes })).toEqual({
      codes: [
        ['ONE', 'applied', null],
        ['TWO', 'waiting', 'Your cart has another code of the same offer.'],
      ],
      discounts: 1,
    })
  })
})
