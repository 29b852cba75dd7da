import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Promotion, QuoteInput, QuoteLine, ShippingMethod } from '../schemas.ts'
import { isOneOf, itemsOf } from './items.ts'
import { applyPromotions } from './promotions/apply.ts'
import { type QuoteFacts, quote } from './quote.ts'
import { type Rules, ruleSetOf } from './rule-set.ts'
import {
  aMethod,
  amountsOf,
  anInput,
  aPromotion,
  aQuoteLine,
  aTaxZone,
  DE_ZONE,
  NOW,
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
const groups = ['club', 'staff'] as const
const countries = ['DE', 'US', 'ES'] as const
/** Conditions of the cart and of the customer. */
const conditions: fc.Arbitrary<Promotion['conditions']> = withGoods(
  fc.record(
    {
      minAmount: fc.constantFrom(0, 3000),
      minPieces: fc.integer({ min: 1, max: 8 }),
      firstOrder: fc.constant(true as const),
      customerGroups: fc.uniqueArray(fc.constantFrom(...groups), { minLength: 1, maxLength: 2 }),
      countries: fc.uniqueArray(fc.constantFrom(...countries), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: [] },
  ),
)
const promotions = fc.array(
  fc.record({
    effect,
    priority: fc.integer({ min: -1, max: 1 }),
    combinesWith: fc.oneof(
      fc.constant(['goods', 'order', 'shipping'] as const),
      fc.subarray(['goods', 'order', 'shipping'] as const),
    ),
    by: fc.constantFrom('automatic' as const, 'code' as const, 'singleUseCodes' as const),
    conditions: fc.oneof(fc.constant({}), conditions),
  }),
  { maxLength: 5 },
)

const taxZoneParts = fc.record({
  prices: fc.constantFrom('included' as const, 'added' as const),
  rates: fc.array(
    fc.record({
      taxClass: fc.constantFrom(...classes),
      title: fc.constantFrom('VAT', 'GST'),
      percent: percents,
    }),
    { maxLength: 4 },
  ),
})
/** Two countries, and a part of one of them. */
const taxAreas = [
  [{ country: 'DE' }],
  [{ country: 'US', region: 'TX' }, { country: 'ES' }],
  [{ country: 'ES', postalPrefix: '35' }],
]
const shippingZones = [
  { id: DE_ZONE, title: 'Germany', areas: [{ country: 'DE' }] },
  { id: 'shz_far', title: 'Far', areas: [{ country: 'US' }, { country: 'ES' }] },
]
const shippingClasses = ['', 'bulky', 'frozen'] as const

const methods: fc.Arbitrary<ShippingMethod[]> = fc
  .tuple(
    ...['parcel', 'letter'].map((id) =>
      fc.record({
        id: fc.constant(id),
        prices: fc.constantFrom('zone' as const, 'included' as const, 'added' as const),
        freeByPromotion: fc.boolean(),
        excludedClasses: fc.subarray(['bulky', 'frozen']),
        by: fc.constantFrom('weight' as const, 'price' as const, 'pieces' as const),
        limits: fc.uniqueArray(fc.constantFrom(1, 5, 500, 1500, 20_000), { maxLength: 2 }),
        isUnlimited: fc.boolean(),
        amounts: fc.tuple(fc.nat({ max: 3000 }), fc.nat({ max: 3000 }), fc.nat({ max: 3000 })),
        freeFrom: fc.option(fc.nat({ max: 20_000 })),
      }),
    ),
  )
  .map((made) =>
    made.map(({ id, by, limits, isUnlimited, amounts, freeFrom, ...rest }) => {
      const limited: (number | null)[] = limits.toSorted((a, b) => a - b)
      const bands = (isUnlimited || limited.length === 0 ? [...limited, null] : limited).map(
        (upTo, index) => ({
          upTo,
          amount: amounts[index]!,
        }),
      )
      const rates = shippingZones.map((zone) => ({ zoneId: zone.id, days: null, by, bands, freeFrom }))
      return aMethod({ id, rates, ...rest })
    }),
  )

const rules: fc.Arbitrary<Rules> = fc
  .record({
    promotions,
    zones: fc.tuple(taxZoneParts, taxZoneParts, taxZoneParts),
    home: fc.constantFrom(null, { country: 'DE' }, { country: 'ES', postalPrefix: '35' }),
    rounding: fc.constantFrom('total' as const, 'line' as const),
    shippingTax: fc.constantFrom({ by: 'goods' as const }, { by: 'class' as const, taxClass: 'food' }),
    methods,
  })
  .map((made) =>
    someRules({
      tax: { home: made.home, rounding: made.rounding, shipping: made.shippingTax },
      taxZones: made.zones.map((parts, index) =>
        aTaxZone({ id: `txz_${index}`, areas: taxAreas[index]!, ...parts }),
      ),
      shippingZones,
      shippingMethods: made.methods,
      promotions: made.promotions.map(({ by, combinesWith, ...rest }, index) =>
        aPromotion({
          id: `prm_${index}`,
          combinesWith: [...combinesWith],
          trigger: by === 'code' ? { by, code: `CODE${index}` } : { by },
          ...rest,
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
      weightGrams: fc.constantFrom(0, 0.1, 250, 499.999, 2000),
      taxClass: fc.constantFrom(...classes),
      shippingClass: fc.constantFrom(...shippingClasses),
      taxable: fc.boolean(),
      requiresShipping: fc.boolean(),
      /** Pieces of a second line with the same variant. */
      more: fc.constantFrom(0, 0, 1, 5),
    }),
    { maxLength: 6 },
  )
  .map((made) =>
    made.flatMap(({ product, more, ...rest }, index) => {
      const line = aQuoteLine({ id: `lin_${index + 1}`, productId: products[product]!, ...rest })
      return more > 0 ? [line, { ...line, id: `${line.id}c`, quantity: more }] : [line]
    }),
  )

const inputs: fc.Arbitrary<QuoteInput> = fc
  .record({
    lines,
    currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
    codes: fc.subarray([...[0, 1, 2, 3, 4].flatMap((n) => [`CODE${n}`, `ONE${n}`, `TWO${n}`]), 'UNKNOWN']),
    shippingOptionId: fc.constantFrom('parcel', 'letter', 'none', null),
    address: fc.constantFrom(
      null,
      { country: 'DE' },
      { country: 'DE' },
      { country: 'US', region: 'Texas' },
      { country: 'ES', postalCode: '35001' },
      { country: 'ES', postalCode: '28001' },
      { country: 'FR' },
    ),
  })
  .map((made) => anInput(made))

/** A situation: rules, a cart, and the facts about its buyer and about what was used up. */
const situations: fc.Arbitrary<[Rules, QuoteInput, QuoteFacts]> = fc
  .record({
    rules,
    input: inputs,
    groups: fc.subarray([...groups]),
    hasOrdered: fc.constantFrom(null, false, true),
    taxExemption: fc.constantFrom(null, null, 'exempt' as const, 'reverseCharge' as const),
    usedCodes: fc.subarray(['ONE0', 'ONE1', 'TWO1']),
    usedUp: fc.subarray(['prm_0', 'prm_3']),
  })
  .map(({ rules: made, input, groups: member, hasOrdered, taxExemption, usedCodes, usedUp }) => [
    made,
    input,
    {
      now: NOW,
      buyer: { groups: member, hasOrdered, taxExemption },
      singleUseCodes: new Map(
        made.promotions.flatMap((promotion, index) =>
          promotion.trigger.by === 'singleUseCodes'
            ? [`ONE${index}`, `TWO${index}`].map(
                (code) => [code, { promotion, isUsed: usedCodes.includes(code) }] as const,
              )
            : [],
        ),
      ),
      usedUp: new Map(usedUp.map((id) => [id, 'usedUp' as const])),
    },
  ])

const RUNS = { numRuns: 500 }

describe('each quote', () => {
  it('has total = subtotal - discount + shipping + tax, in whole minor units, and no negative amount', () => {
    fc.assert(
      fc.property(situations, ([theRules, input, fact]) => {
        const { subtotal, discount, shipping, tax, includedTax, total } = amountsOf(theRules, input, fact)
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
      fc.property(situations, ([theRules, input, fact]) => {
        const { lines: quoted, discounts, totals } = quote(ruleSetOf(theRules), input, fact)
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

  it('has a chosen option from its list, and a price of it without promotions that is at most its band', () => {
    fc.assert(
      fc.property(situations, ([theRules, input, fact]) => {
        const { shippingOptions, shippingOption, discounts, totals } = quote(ruleSetOf(theRules), input, fact)
        const offered = shippingOptions.find(({ id }) => id === input.shippingOptionId)
        expect(shippingOption).toEqual(offered ?? null)
        expect(totals.shipping.amount).toBe(offered?.price.amount ?? 0)
        const ofShipping = discounts.filter((each) => each.class === 'shipping')
        const saved = sum(ofShipping.map(({ amount }) => amount.amount))
        const method = theRules.shippingMethods.find(({ id }) => id === offered?.id)
        const amounts = method?.rates.flatMap(({ bands }) => bands.map(({ amount }) => amount)) ?? []
        expect(totals.shipping.amount + saved).toBeLessThanOrEqual(Math.max(0, ...amounts))
        if (offered && ofShipping.length > 0) expect(saved).toBeGreaterThan(0)
      }),
      RUNS,
    )
  })

  it('gives each code one status, and applies each promotion once', () => {
    fc.assert(
      fc.property(situations, ([theRules, input, fact]) => {
        const { codes, discounts } = quote(ruleSetOf(theRules), input, fact)
        expect(codes.map(({ code }) => code)).toEqual(input.codes.toSorted())
        expect(new Set(discounts.map(({ promotionId }) => promotionId)).size).toBe(discounts.length)
        const applied = codes.filter(({ status }) => status === 'applied').map(({ code }) => code)
        expect(discounts.flatMap(({ code }) => code ?? []).sort()).toEqual(applied)
        for (const { status, reason } of codes) expect(reason === null).toBe(status === 'applied')
      }),
      RUNS,
    )
  })

  it('applies no promotion that is used up, and no two that cannot be combined', () => {
    fc.assert(
      fc.property(situations, ([theRules, input, fact]) => {
        const { discounts } = quote(ruleSetOf(theRules), input, fact)
        for (const { promotionId, code } of discounts) {
          expect(fact.usedUp.has(promotionId)).toBe(false)
          expect(code !== null && (fact.singleUseCodes.get(code)?.isUsed ?? false)).toBe(false)
          const { combinesWith } = theRules.promotions.find(({ id }) => id === promotionId)!
          const others = discounts.filter((other) => other.promotionId !== promotionId)
          for (const other of others) expect(combinesWith).toContain(other.class)
        }
      }),
      RUNS,
    )
  })

  it('charges an exempt buyer no tax, and no more for the goods than others', () => {
    fc.assert(
      fc.property(situations, ([theRules, input, fact]) => {
        const taxed = amountsOf(theRules, input, { ...fact, buyer: { ...fact.buyer, taxExemption: null } })
        const exempt = amountsOf(theRules, input, {
          ...fact,
          buyer: { ...fact.buyer, taxExemption: 'exempt' },
        })
        expect([exempt.tax, exempt.includedTax]).toEqual([0, 0])
        expect(exempt.subtotal).toBeLessThanOrEqual(taxed.subtotal!)
      }),
      RUNS,
    )
  })

  it('has taxes that add up to the totals', () => {
    fc.assert(
      fc.property(situations, ([theRules, input, fact]) => {
        const { taxes, totals } = quote(ruleSetOf(theRules), input, fact)
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
      fc.property(situations, ([theRules, input, fact]) => {
        const reversed = { ...input, lines: input.lines.toReversed(), codes: input.codes.toReversed() }
        const first = quote(ruleSetOf(theRules), input, fact)
        const second = quote(ruleSetOf(theRules), reversed, fact)
        expect({ ...second, lines: second.lines.toReversed() }).toEqual(first)
      }),
      RUNS,
    )
  })

  it('does not change when a line is split into two', () => {
    fc.assert(
      fc.property(situations, fc.nat(), ([theRules, input, fact], at) => {
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
        expect(amountsOf(theRules, { ...input, lines: split }, fact)).toEqual(
          amountsOf(theRules, input, fact),
        )
      }),
      RUNS,
    )
  })
})

describe('promotions', () => {
  const allOf = fc.array(effect, { minLength: 1, maxLength: 5 })

  it('reduce no goods below 0, and only the goods that they are for', () => {
    fc.assert(
      fc.property(allOf, lines, (effects, cart) => {
        const items = itemsOf(cart)
        const candidates = effects.map((what, index) => ({
          promotion: aPromotion({ id: `prm_${index}`, effect: what }),
          code: null,
        }))
        const situation = { now: NOW, items, address: null, buyer: { groups: [], hasOrdered: null } }
        const { applied, discounts } = applyPromotions(candidates, situation)
        for (const [index, item] of items.entries()) {
          expect(discounts[index]).toBe(sum(applied.map((each) => each.discounts[index]!)))
          expect(discounts[index]).toBeGreaterThanOrEqual(0)
          expect(discounts[index]).toBeLessThanOrEqual(item.amount)
          for (const { promotion, discounts: parts } of applied) {
            expect(parts[index]).toBeGreaterThanOrEqual(0)
            if (!isOneOf(item, goodsOf(promotion.effect))) expect(parts[index]).toBe(0)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })
})

/** The goods that an effect can reduce. */
function goodsOf(what: Promotion['effect']) {
  if (what.kind === 'freeShipping') return undefined
  return what.kind === 'buyGet' ? what.get.goods : what.goods
}

function withGoods<Value extends object>(value: fc.Arbitrary<Value>) {
  return fc
    .record({ value, goods })
    .map(({ value: made, goods: some }) => (some === undefined ? made : { ...made, goods: some }))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
