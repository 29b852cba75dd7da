import { type Static, Type } from 'typebox'
import { ClassName } from '#shared/class-name.ts'
import { Id } from '#shared/ids.ts'
import { Currency, Money } from '#shared/money.ts'
import { Strict } from '#shared/object.ts'
import { SingleLine, Timestamp } from '#shared/text.ts'

const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()])

const Amount = Type.Integer({ minimum: 0, maximum: 1e12, description: "minor units of the shop's currency" })

/** A share in percent, with at most four decimals: 8.875 is 8.875 %. */
export const Percent = Type.Number({
  minimum: 0,
  maximum: 100,
  description: 'percent, with at most 4 decimals',
})

export const Country = Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' })

/** A country, or a part of it: a region as addresses name it, or the postal codes with one beginning. */
export const Area = Strict({
  country: Country,
  region: Type.Optional(SingleLine(1, 60)),
  postalPrefix: Type.Optional(
    Type.String({
      pattern: '^[0-9A-Z]{1,10}$',
      description: 'the beginning of postal codes, in capitals and without spaces and hyphens',
    }),
  ),
})
export type Area = Static<typeof Area>

export const TaxRate = Strict({
  taxClass: ClassName,
  title: SingleLine(1, 60),
  percent: Percent,
})

/** Where the same taxes are due. An address belongs to the zone with the smallest area that contains it. */
export const TaxZone = Strict({
  id: Id('txz'),
  title: SingleLine(1, 100),
  areas: Type.Array(Area, { minItems: 1, maxItems: 2000 }),
  prices: Type.Union([Type.Literal('included'), Type.Literal('added')], {
    description: 'whether prices contain the tax, or it is added to them',
  }),
  rates: Type.Array(TaxRate, {
    maxItems: 50,
    description:
      'rates of one class add up. A class without a rate has those of the class `standard`; without these it is not taxed',
  }),
  reverseCharge: Type.Boolean({
    description:
      'whether companies with a valid VAT number from another country than the shop’s pay no tax here',
  }),
})
export type TaxZone = Static<typeof TaxZone>

export const TaxSettings = Strict({
  home: nullable(Area),
  rounding: Type.Union([Type.Literal('total'), Type.Literal('line')], {
    description: 'whether the tax of all lines with one rate is rounded once, or the tax of each line',
  }),
  shipping: Type.Union(
    [Strict({ by: Type.Literal('goods') }), Strict({ by: Type.Literal('class'), taxClass: ClassName })],
    { description: 'whether shipping is taxed like the goods, in proportion, or by a tax class' },
  ),
})
export type TaxSettings = Static<typeof TaxSettings>

/** Where the same shipping rates apply. An address belongs to the zone with the smallest area that contains it. */
export const ShippingZone = Strict({
  id: Id('shz'),
  title: SingleLine(1, 100),
  areas: Type.Array(Area, { minItems: 1, maxItems: 2000 }),
})
export type ShippingZone = Static<typeof ShippingZone>

export const ShippingRate = Strict({
  zoneId: Id('shz'),
  days: nullable(
    Strict({
      from: Type.Integer({ minimum: 0, maximum: 365 }),
      to: Type.Integer({ minimum: 0, maximum: 365 }),
    }),
  ),
  by: Type.Union([Type.Literal('weight'), Type.Literal('price'), Type.Literal('pieces')], {
    description:
      'what the bands measure: grams or pieces of the goods that are shipped, or the price of all goods after discounts in minor units',
  }),
  bands: Type.Array(
    Strict({
      upTo: nullable(Type.Number({ minimum: 0, maximum: 1e12, description: 'inclusive; null: no limit' })),
      amount: Amount,
    }),
    {
      minItems: 1,
      maxItems: 50,
      description: 'the lowest first. Beyond the last one the method is not offered',
    },
  ),
  freeFrom: nullable(Amount),
})
export type ShippingRate = Static<typeof ShippingRate>

export const Handover = Type.Union([Type.Literal('shipping'), Type.Literal('pickup')])

export const ShippingMethod = Strict({
  id: SingleLine(1, 60),
  title: SingleLine(1, 100),
  handover: Handover,
  position: Type.Integer({ minimum: 0, maximum: 1e6, description: 'the lowest is listed first' }),
  prices: Type.Union([Type.Literal('zone'), Type.Literal('included'), Type.Literal('added')], {
    description:
      'whether its prices contain the tax, are without it, or are like the prices of goods in the tax zone',
  }),
  freeByPromotion: Type.Boolean({ description: 'whether a promotion for free shipping covers it' }),
  excludedClasses: Type.Array(ClassName, {
    maxItems: 100,
    description: 'shipping classes of goods that it does not take',
  }),
  rates: Type.Array(ShippingRate, {
    maxItems: 500,
    description: 'at most one per zone; no rate: not offered there',
  }),
})
export type ShippingMethod = Static<typeof ShippingMethod>

/** Some products: those with these ids, and those in these categories. */
export const Goods = Strict({
  productIds: Type.Array(Id('prd'), { maxItems: 1000 }),
  categories: Type.Array(SingleLine(1, 255), { maxItems: 100, description: 'handles' }),
})
export type Goods = Static<typeof Goods>

const Reduction = Type.Union([
  Strict({ kind: Type.Literal('percentOff'), percent: Percent }),
  Strict({
    kind: Type.Literal('amountOff'),
    amount: Amount,
    each: Type.Boolean({ description: 'whether the amount is for each piece, or for all goods together' }),
  }),
])
export type Reduction = Static<typeof Reduction>

const Pieces = Type.Integer({ minimum: 1, maximum: 100_000 })

/** What a promotion does. Without `goods` it reduces the whole order, with `goods` only these. */
export const Effect = Type.Union([
  Strict({
    kind: Type.Literal('reduce'),
    reduction: Reduction,
    goods: Type.Optional(Goods),
  }),
  Strict({
    kind: Type.Literal('tiers'),
    by: Type.Union([Type.Literal('pieces'), Type.Literal('amount')]),
    tiers: Type.Array(Strict({ from: Type.Integer({ minimum: 1, maximum: 1e12 }), reduction: Reduction }), {
      minItems: 1,
      maxItems: 20,
      description: 'the highest tier that the goods reach applies',
    }),
    goods: Type.Optional(Goods),
  }),
  Strict({
    kind: Type.Literal('buyGet'),
    buy: Strict({ pieces: Pieces, goods: Type.Optional(Goods) }),
    get: Strict({ pieces: Pieces, percent: Percent, goods: Type.Optional(Goods) }),
    times: nullable(Type.Integer({ minimum: 1, maximum: 1000, description: 'in one order; null: no limit' })),
  }),
  Strict({ kind: Type.Literal('freeShipping') }),
])
export type Effect = Static<typeof Effect>

/** What a promotion reduces: some goods, the whole order, or shipping. */
export const PromotionClass = Type.Union([
  Type.Literal('goods'),
  Type.Literal('order'),
  Type.Literal('shipping'),
])
export type PromotionClass = Static<typeof PromotionClass>

const TimeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: 'HH:MM' })

export const Schedule = Strict({
  timeZone: SingleLine(1, 60),
  weekdays: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
      minItems: 1,
      maxItems: 7,
      description: '1: Monday',
    }),
  ),
  hours: Type.Optional(
    Strict({ from: TimeOfDay, to: TimeOfDay }, '`to` is exclusive; a `to` before `from` is on the next day'),
  ),
})
export type Schedule = Static<typeof Schedule>

export const Conditions = Strict({
  minAmount: Type.Optional(Amount),
  minPieces: Type.Optional(Pieces),
  goods: Type.Optional(Goods),
  firstOrder: Type.Optional(Type.Literal(true)),
  customerGroups: Type.Optional(Type.Array(ClassName, { minItems: 1, maxItems: 50 })),
  countries: Type.Optional(Type.Array(Country, { minItems: 1, maxItems: 250 })),
  schedule: Type.Optional(Schedule),
})
export type Conditions = Static<typeof Conditions>

export const PromotionCode = Type.String({
  pattern: '^[A-Z0-9][A-Z0-9_.-]{0,59}$',
  description: 'in capitals; shoppers may type it in any case',
})

export const Promotion = Strict({
  id: Id('prm'),
  title: SingleLine(1, 100),
  active: Type.Boolean(),
  trigger: Type.Union([
    Strict({ by: Type.Literal('automatic') }),
    Strict({ by: Type.Literal('code'), code: PromotionCode }),
    Strict({ by: Type.Literal('singleUseCodes') }),
  ]),
  priority: Type.Integer({ minimum: -1000, maximum: 1000, description: 'the highest is considered first' }),
  combinesWith: Type.Array(PromotionClass, {
    maxItems: 3,
    description: 'classes of promotions that may apply to the same cart. Both promotions must allow it',
  }),
  startsAt: nullable(Timestamp),
  endsAt: nullable(Timestamp),
  conditions: Conditions,
  effect: Effect,
  limit: nullable(Type.Integer({ minimum: 1, maximum: 1e9, description: 'orders that may use it' })),
  limitPerCustomer: nullable(Type.Integer({ minimum: 1, maximum: 1e6 })),
})
export type Promotion = Static<typeof Promotion>

/** A line to price. Everything except `id` and `quantity` is what the catalog says of the variant. */
export const QuoteLine = Strict({
  id: Type.String(),
  variantId: Type.String(),
  productId: Type.String(),
  categories: Type.Array(Type.String()),
  unitPrice: Type.Integer({ minimum: 0 }),
  quantity: Type.Integer({ minimum: 1 }),
  weightGrams: Type.Number({ minimum: 0 }),
  requiresShipping: Type.Boolean(),
  taxable: Type.Boolean(),
  taxClass: ClassName,
  shippingClass: Type.String(),
})
export type QuoteLine = Static<typeof QuoteLine>

export const QuoteAddress = Strict({
  country: Type.String(),
  region: Type.Optional(Type.String()),
  postalCode: Type.Optional(Type.String()),
})
export type QuoteAddress = Static<typeof QuoteAddress>

export const QuoteInput = Strict({
  currency: Currency,
  lines: Type.Array(QuoteLine, { maxItems: 100 }),
  address: nullable(QuoteAddress),
  customerId: nullable(Type.String()),
  email: nullable(Type.String()),
  vatNumber: Type.Optional(Type.String({ maxLength: 40 })),
  codes: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 50 }),
  shippingOptionId: nullable(Type.String()),
  orderId: Type.Optional({
    ...Id('ord'),
    description: 'the order of the cart: what it has redeemed is not used up for this cart',
  }),
})
export type QuoteInput = Static<typeof QuoteInput>

export const ShippingOption = Strict({
  id: Type.String(),
  title: Type.String(),
  /** Such as `2–4 working days`. */
  delivery: Type.String(),
  days: Type.Optional(Strict({ from: Type.Integer(), to: Type.Integer() })),
  price: Money,
  handover: Type.Optional(
    Type.Union([Type.Literal('shipping'), Type.Literal('pickup'), Type.Literal('email')]),
  ),
})
export type ShippingOption = Static<typeof ShippingOption>

/** What a code does in a cart: `reason` says why it reduces nothing now, and what to do about it; null: it applies. */
export const QuotedCode = Strict({
  code: Type.String(),
  title: Type.String(),
  status: Type.Union([Type.Literal('applied'), Type.Literal('waiting'), Type.Literal('unknown')]),
  reason: nullable(Type.String()),
})
export type QuotedCode = Static<typeof QuotedCode>

export const QuotedDiscount = Strict({
  promotionId: Id('prm'),
  title: Type.String(),
  code: nullable(Type.String()),
  class: PromotionClass,
  amount: Money,
})
export type QuotedDiscount = Static<typeof QuotedDiscount>

/** The tax of everything with one rate. */
export const QuotedTax = Strict({
  title: Type.String(),
  percent: Percent,
  /** What is taxed: without the tax. */
  base: Money,
  amount: Money,
  /** Whether prices contain it. */
  included: Type.Boolean(),
})
export type QuotedTax = Static<typeof QuotedTax>

/** `total` = `subtotal` - `discount` + `shipping` + `tax`. `tax` is added to prices, `includedTax` is part of them. */
export const Totals = Strict({
  subtotal: Money,
  discount: Money,
  shipping: Money,
  tax: Money,
  includedTax: Money,
  total: Money,
})
export type Totals = Static<typeof Totals>

/** What a cart costs. */
export const Quote = Strict({
  /** In the order of the input. */
  lines: Type.Array(
    Strict({
      id: Type.String(),
      /** Lower than in the input for a buyer who pays no tax, if prices contain it. */
      unitPrice: Money,
      /** Of all pieces, before the discount. */
      total: Money,
      discount: Money,
    }),
  ),
  codes: Type.Array(QuotedCode),
  /** The promotions that apply, in the order of application. */
  discounts: Type.Array(QuotedDiscount),
  /** Empty without an address. */
  shippingOptions: Type.Array(ShippingOption),
  /** null: none is chosen, or the chosen one is not offered for this address and these goods. */
  shippingOption: Type.Union([ShippingOption, Type.Null()]),
  /** Why nothing can be shipped to the address; null: it can, or the address is not known. */
  shippingProblem: Type.Union([
    Type.Literal('countryNotServed'),
    Type.Literal('addressNotServed'),
    Type.Literal('goodsNotShipped'),
    Type.Null(),
  ]),
  taxExemption: Type.Union([Type.Literal('exempt'), Type.Literal('reverseCharge'), Type.Null()]),
  taxes: Type.Array(QuotedTax),
  totals: Totals,
})
export type Quote = Static<typeof Quote>
