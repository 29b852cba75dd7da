import { type Static, Type } from 'typebox'
import { QuotedTax, ShippingOption, Totals } from '#modules/pricing/contract.ts'
import { Address } from '#shared/address.ts'
import { Id } from '#shared/ids.ts'
import { Money } from '#shared/money.ts'
import { Strict } from '#shared/object.ts'
import { Email, Timestamp } from '#shared/text.ts'

export const CartId = Id('crt')
export const LineId = Id('lin')
export const VariantId = Id('var')
export const OrderId = Id('ord')
export const Quantity = Type.Integer({ minimum: 1, maximum: 999 })

export const CartLine = Strict({
  id: LineId,
  variantId: VariantId,
  productHandle: Type.String(),
  title: Type.String(),
  variantTitle: Type.String(),
  sku: Type.Union([Type.String(), Type.Null()]),
  pictureUrl: Type.String(),
  quantity: Quantity,
  unitPrice: Money,
  /** Before the discount. */
  total: Money,
  discount: Type.Optional(Money),
})
export type CartLine = Static<typeof CartLine>

export const LineProblem = Type.Union([
  Strict({
    code: Type.Literal('OUT_OF_STOCK'),
    available: Type.Integer({ minimum: 0, description: 'how many pieces are left' }),
  }),
  Strict({ code: Type.Literal('VARIANT_NOT_FOUND') }),
])
export type LineProblem = Static<typeof LineProblem>

/** A promotion that applies. `code` is null if it applies without one. Discounts on shipping are not part of `totals.discount`. */
export const Discount = Strict({
  title: Type.String(),
  code: Type.Union([Type.String(), Type.Null()]),
  amount: Money,
})

export const Contact = Strict({
  email: Email,
  shippingAddress: Address,
  billingAddress: Type.Optional(Address),
})
export type Contact = Static<typeof Contact>

/** Changes whenever the goods, the price, the buyer or the recipient change. */
export const CartVersion = Type.String({
  minLength: 1,
  maxLength: 60,
  description:
    'identifies what the shopper sees in the cart: names, quantities, prices, address, shipping, coupons and totals; placing an order requires it',
})

export const Cart = Strict({
  id: CartId,
  version: CartVersion,
  status: Type.Union([Type.Literal('open'), Type.Literal('frozen'), Type.Literal('ordered')]),
  currency: Type.String(),
  lines: Type.Array(Strict({ ...CartLine.properties, problem: Type.Optional(LineProblem) }), {
    description:
      'an order would refuse a line with a `problem`, whose code is the one that `POST /orders` would fail with; `totals` do not include that line. Each answer about an open cart checks again, but skips the check of a module that does not answer',
  }),
  contact: Type.Union([Contact, Type.Null()]),
  shippingOption: Type.Union([ShippingOption, Type.Null()]),
  shippingProblem: Type.Optional(
    Type.Union(
      [Type.Literal('countryNotServed'), Type.Literal('addressNotServed'), Type.Literal('goodsNotShipped')],
      { description: 'why nothing can be shipped to the address' },
    ),
  ),
  coupons: Type.Array(
    Strict({
      code: Type.String(),
      title: Type.String(),
      reason: Type.Optional(
        Type.String({ description: 'why the code reduces nothing now, and what to do; missing: it applies' }),
      ),
    }),
  ),
  discounts: Type.Optional(Type.Array(Discount)),
  taxes: Type.Optional(Type.Array(QuotedTax)),
  totals: Totals,
  incomplete: Type.Optional(
    Type.Literal(true, {
      description:
        'taxes, shipping and discounts could not be computed now: read the cart again before an order',
    }),
  ),
  /** The order that was placed, or is being placed, from this cart. */
  orderId: Type.Union([OrderId, Type.Null()]),
  expiresAt: Timestamp,
})
export type Cart = Static<typeof Cart>

/** What explains the totals of an order. Missing in orders of an older version. */
export const priceDetails = {
  discounts: Type.Optional(Type.Array(Discount)),
  taxes: Type.Optional(Type.Array(QuotedTax)),
  taxExemption: Type.Optional(Type.Union([Type.Literal('exempt'), Type.Literal('reverseCharge')])),
}

/** Everything that an order stores of a cart, at the catalog's current prices. */
export const CheckoutSnapshot = Strict({
  cartId: CartId,
  /** The version number of the stored cart, for `freezeCart`, which fails if the cart has changed since. */
  version: Type.Integer(),
  /** The `version` of `Cart`: a hash of what the shopper saw. */
  cartVersion: CartVersion,
  /** `hashSecret()` (shared/secrets.ts) of the cart's bearer token, with which a guest can also read the order. */
  tokenHash: Type.String(),
  customerId: Type.Union([Type.String(), Type.Null()]),
  currency: Type.String(),
  lines: Type.Array(CartLine),
  contact: Contact,
  shippingOption: ShippingOption,
  coupons: Type.Array(Strict({ code: Type.String(), title: Type.String() })),
  ...priceDetails,
  /** What `pricing.redeemPromotions` must count. */
  promotions: Type.Optional(
    Type.Array(Strict({ promotionId: Type.String(), code: Type.Union([Type.String(), Type.Null()]) })),
  ),
  totals: Totals,
})
export type CheckoutSnapshot = Static<typeof CheckoutSnapshot>
