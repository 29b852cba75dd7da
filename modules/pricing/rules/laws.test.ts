import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Promotion, QuoteInput, QuoteLine } from '../schemas.ts'
import { quote } from './quote.ts'
import { type Rules, ruleSetOf } from './rule-set.ts'
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

const classes = ['standard', 'books', 'food'] as const
const products = ['prd_1', 'prd_2', 'prd_3', 'prd_4'] as const
const categories = ['shoes', 'socks'] as const
const percents = fc.constantFrom(0, 0.0001, 5, 7.7, 8.25, 10, 19, 33.3333, 50, 99.9999, 100)

const goods = fc.option(
  fc.record({
    productIds: fc.uniqueArray(fc.constantFrom(...products), { maxLength: 2 }),
    categories: fc.uniqueArray(fc.constantFrom(...categories), { maxLength: 1 }),
  }),
  { nil: undefined },
)
const reduction = fc.oneof(
  fc.record({ kind: fc.constant('percentOff' as const), percent: percents }),
  fc.record({
    kind: fc.constant('amountOff' as const),
    amount: fc.nat({ max: 20_000 }),
    each: fc.boolean(),
  }),
)
const pieces = fc.integer({ min: 1, max: 4 })
const effect: fc.Arbitrary<Promotion['effect']> = fc.oneof(
  withGoods(fc.record({ kind: fc.constant('reduce' as const), reduction })),
  withGoods(
    fc.record({
      kind: fc.constant('tiers' as const),
      by: fc.constantFrom('pieces' as const, 'amount' as const),
      tiers: fc.array(fc.record({ from: fc.integer({ min: 1, max: 5000 }), reduction }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  ),
  fc.record({
    kind: fc.constant('buyGet' as const),
    buy: withGoods(fc.record({ pieces })),
    get: withGoods(fc.record({ pieces, percent: percents })),
    times: fc.option(fc.integer({ min: 1, max: 3 })),
  }),
  fc.constant({ kind: 'freeShipping' as const }),
)
const promotions = fc.array(
  fc.record({
    effect,
    priority: fc.integer({ min: -1, max: 1 }),
    combinesWith: fc.subarray(['goods', 'order', 'shipping'] as const),
    isAutomatic: fc.boolean(),
    minAmount: fc.constantFrom(0, 3000),
  }),
  { maxLength: 5 },
)

const rules: fc.Arbitrary<Rules> = fc
  .record({
    promotions,
    prices: fc.constantFrom('included' as const, 'added' as const),
    rates: fc.array(
      fc.record({
        taxClass: fc.constantFrom(...classes),
        title: fc.constantFrom('VAT', 'GST'),
        percent: percents,
      }),
      { maxLength: 4 },
    ),
    rounding: fc.constantFrom('total' as const, 'line' as const),
    shippingTax: fc.constantFrom({ by: 'goods' as const }, { by: 'class' as const, taxClass: 'food' }),
    shippingPrices: fc.constantFrom('zone' as const, 'included' as const, 'added' as const),
    amount: fc.nat({ max: 3000 }),
  })
  .map((made) =>
    someRules({
      tax: { home: null, rounding: made.rounding, shipping: made.shippingTax },
      taxZones: [aTaxZone({ prices: made.prices, rates: made.rates })],
      shippingMethods: [aMethod({ amount: made.amount, prices: made.shippingPrices })],
      promotions: made.promotions.map(
        ({ effect: what, priority, combinesWith, isAutomatic, minAmount }, index) =>
          aPromotion({
            id: `prm_${index}`,
            effect: what,
            priority,
            combinesWith: [...combinesWith],
            conditions: { minAmount },
            trigger: isAutomatic ? { by: 'automatic' } : { by: 'code', code: `CODE${index}` },
          }),
      ),
    }),
  )

const lines: fc.Arbitrary<QuoteLine[]> = fc
  .array(
    fc.record({
      unitPrice: fc.oneof(fc.nat({ max: 20_000 }), fc.constantFrom(0, 1, 333, 999_999_999)),
      quantity: fc.integer({ min: 1, max: 12 }),
      product: fc.nat({ max: products.length - 1 }),
      categories: fc.subarray([...categories]),
      taxClass: fc.constantFrom(...classes),
      taxable: fc.boolean(),
      requiresShipping: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((made) =>
    made.map(({ product, ...rest }, index) =>
      aQuoteLine({ id: `lin_${index + 1}`, productId: products[product]!, ...rest }),
    ),
  )

const inputs: fc.Arbitrary<QuoteInput> = fc
  .record({
    lines,
    currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
    codes: fc.subarray(['CODE0', 'CODE1', 'CODE2', 'CODE3', 'CODE4', 'UNKNOWN']),
    shippingOptionId: fc.constantFrom('parcel', 'none', null),
    hasAddress: fc.boolean(),
  })
  .map(({ hasAddress, ...rest }) => anInput({ ...rest, ...(hasAddress ? {} : { address: null }) }))

const facts = fc.constantFrom(null, 'exempt' as const, 'reverseCharge' as const).map((taxExemption) => ({
  ...noFacts,
  buyer: { ...noFacts.buyer, taxExemption },
}))

const RUNS = { numRuns: 500 }

describe('each quote', () => {
  it('has total = subtotal - discount + shipping + tax, in whole minor units, and no negative amount', () => {
    fc.assert(
      fc.property(rules, inputs, facts, (someRule, input, fact) => {
        const { subtotal, discount, shipping, tax, includedTax, total } = amountsOf(someRule, input, fact)
        expect(total).toBe(subtotal! - discount! + shipping! + tax!)
        for (const amount of [subtotal, discount, shipping, tax, includedTax, total]) {
          expect(Number.isSafeInteger(amount) && amount! >= 0).toBe(true)
        }
        expect(includedTax).toBeLessThanOrEqual(subtotal! - discount! + shipping!)
      }),
      RUNS,
    )
  })

  it('reduces no line below 0, and the discounts of lines and of promotions add up to the discount', () => {
    fc.assert(
      fc.property(rules, inputs, facts, (someRule, input, fact) => {
        const { lines: quoted, discounts, totals } = quote(ruleSetOf(someRule), input, fact)
        for (const { total, discount } of quoted) {
          expect(discount.amount).toBeGreaterThanOrEqual(0)
          expect(discount.amount).toBeLessThanOrEqual(total.amount)
        }
        expect(sum(quoted.map(({ total }) => total.amount))).toBe(totals.subtotal.amount)
        expect(sum(quoted.map(({ discount }) => discount.amount))).toBe(totals.discount.amount)
        const ofGoods = discounts.filter((each) => each.class !== 'shipping')
        expect(sum(ofGoods.map(({ amount }) => amount.amount))).toBe(totals.discount.amount)
      }),
      RUNS,
    )
  })

  it('has taxes that add up to the totals', () => {
    fc.assert(
      fc.property(rules, inputs, facts, (someRule, input, fact) => {
        const { taxes, totals } = quote(ruleSetOf(someRule), input, fact)
        const added = taxes.filter(({ included }) => !included)
        const included = taxes.filter((tax) => tax.included)
        expect(sum(added.map(({ amount }) => amount.amount))).toBe(totals.tax.amount)
        expect(sum(included.map(({ amount }) => amount.amount))).toBe(totals.includedTax.amount)
      }),
      RUNS,
    )
  })

  it('does not depend on the order of lines and codes', () => {
    fc.assert(
      fc.property(rules, inputs, (someRule, input) => {
        const reversed = { ...input, lines: input.lines.toReversed(), codes: input.codes.toReversed() }
        const first = quote(ruleSetOf(someRule), input, noFacts)
        const second = quote(ruleSetOf(someRule), reversed, noFacts)
        expect({ ...second, lines: second.lines.toReversed() }).toEqual(first)
      }),
      RUNS,
    )
  })

  it('does not change when a line is split into two', () => {
    fc.assert(
      fc.property(rules, inputs, fc.nat(), (someRule, input, at) => {
        const index = input.lines.findIndex(({ quantity }) => quantity > 1)
        if (index < 0) return
        const { quantity, id } = input.lines[index]!
        const part = 1 + (at % (quantity - 1))
        const split = input.lines.flatMap((line, position) =>
          position === index
            ? [
                { ...line, quantity: part },
                { ...line, id: `${id}b`, quantity: quantity - part },
              ]
            : [line],
        )
        expect(amountsOf(someRule, { ...input, lines: split })).toEqual(amountsOf(someRule, input))
      }),
      RUNS,
    )
  })
})

function withGoods<Value extends object>(value: fc.Arbitrary<Value>) {
  return fc
    .record({ value, goods })
    .map(({ value: made, goods: some }) => (some === undefined ? made : { ...made, goods: some }))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
