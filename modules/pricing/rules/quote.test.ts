import { describe, expect, it } from 'vitest'
import { quote } from './quote.ts'
import { ruleSetOf } from './rule-set.ts'
import {
  aMethod,
  amountsOf,
  anInput,
  aPromotion,
  aQuoteLine,
  aTaxZone,
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

  it('shows the tax of the home area until there is an address', () => {
    const rules = someRules({ taxZones: [aTaxZone()] })
    const input = anInput({ address: null, lines: [aQuoteLine({ unitPrice: 119 })] })
    expect(amountsOf(rules, input).includedTax).toBe(0)
    const withHome = { ...rules, tax: { ...rules.tax, home: { country: 'DE' } } }
    expect(amountsOf(withHome, input).includedTax).toBe(19)
  })
})
