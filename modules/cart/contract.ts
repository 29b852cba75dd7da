import { type Static, Type } from 'typebox'
import { command, contract, query } from '#runtime/contract/contract.ts'
import { Address, addressInvalid } from '#shared/address.ts'
import { emailInvalid } from '#shared/email.ts'
import { Id } from '#shared/ids.ts'
import { Money } from '#shared/money.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { Email, Line, Timestamp, TypedEmail } from '#shared/text.ts'

export const CartId = Id('crt')
const LineId = Id('lin')
const VariantId = Id('var')
const OrderId = Id('ord')
const Quantity = Type.Integer({ minimum: 1, maximum: 999 })

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
  total: Money,
})
export type CartLine = Static<typeof CartLine>

/** Why an order would refuse a line as it is: the code is the order's own. */
export const LineProblem = Type.Union([
  Strict({
    code: Type.Literal('OUT_OF_STOCK'),
    available: Type.Integer({ minimum: 0, description: 'how many pieces are left' }),
  }),
  Strict({ code: Type.Literal('VARIANT_NOT_FOUND') }),
])
export type LineProblem = Static<typeof LineProblem>

/** `total` = `subtotal` - `discount` + `shipping` + `tax`; with prices that include tax, `tax` is 0 and `includedTax` tells it. */
export const Totals = Strict({
  subtotal: Money,
  discount: Money,
  shipping: Money,
  tax: Money,
  includedTax: Money,
  total: Money,
})
export type Totals = Static<typeof Totals>

export const ShippingOption = Strict({
  id: Type.String(),
  title: Type.String(),
  /** Working days, such as `2–4 working days`. */
  delivery: Type.String(),
  price: Money,
  handover: Type.Optional(
    Type.Union([Type.Literal('shipping'), Type.Literal('pickup'), Type.Literal('email')], {
      description: 'how the goods come to the shopper; missing in older orders, which were shipped',
    }),
  ),
})
export type ShippingOption = Static<typeof ShippingOption>

export const Contact = Strict({
  email: Email,
  shippingAddress: Address,
  billingAddress: Type.Optional(Address),
})
export type Contact = Static<typeof Contact>

/** Another one whenever something else would be bought, for another price or by or for somebody else. */
export const CartVersion = Type.String({
  minLength: 1,
  maxLength: 60,
  description:
    'stands for all that the shopper sees in the cart: names, quantities, prices, address, shipping, coupons and totals; an order names it',
})

export const Cart = Strict({
  id: CartId,
  version: CartVersion,
  status: Type.Union([Type.Literal('open'), Type.Literal('frozen'), Type.Literal('ordered')]),
  currency: Type.String(),
  /** `problem` is set when an open cart is read; it can pass by itself. */
  lines: Type.Array(Strict({ ...CartLine.properties, problem: Type.Optional(LineProblem) })),
  contact: Type.Union([Contact, Type.Null()]),
  shippingOption: Type.Union([ShippingOption, Type.Null()]),
  coupons: Type.Array(Strict({ code: Type.String(), title: Type.String() })),
  /** Without the lines that have a `problem`. */
  totals: Totals,
  /** The order that it became or is becoming. */
  orderId: Type.Union([OrderId, Type.Null()]),
  expiresAt: Timestamp,
})
export type Cart = Static<typeof Cart>

/** Everything an order keeps of a cart: what the shopper saw, priced now by the catalog. */
export const CheckoutSnapshot = Strict({
  cartId: CartId,
  /** The freeze fails when the cart has changed since. */
  version: Type.Integer(),
  /** What the cart's answers show as `version`. */
  cartVersion: CartVersion,
  /** Of the cart's bearer token (`hashSecret` of shared/secrets.ts), so that a guest can read the order with it. */
  tokenHash: Type.String(),
  customerId: Type.Union([Type.String(), Type.Null()]),
  currency: Type.String(),
  lines: Type.Array(CartLine),
  contact: Contact,
  shippingOption: ShippingOption,
  coupons: Type.Array(Strict({ code: Type.String(), title: Type.String() })),
  totals: Totals,
})
export type CheckoutSnapshot = Static<typeof CheckoutSnapshot>

const found = {
  CART_NOT_FOUND: { status: 404, summary: 'No cart with this id belongs to the caller.' },
  CART_EXPIRED: { status: 410, summary: 'The cart was not used for too long.' },
} as const
const changeable = {
  ...found,
  CART_IN_CHECKOUT: { status: 409, summary: 'An order for this cart is under way.' },
  CART_ORDERED: {
    status: 409,
    summary: 'The cart has become an order.',
    data: Strict({ orderId: OrderId }),
  },
} as const

const outOfStock = {
  status: 409,
  summary: 'Fewer pieces are left than wanted.',
  data: Strict({ variantId: VariantId, requested: Type.Integer(), available: Type.Integer() }),
} as const

/** Of the methods on one cart. */
const thingToken = "the cart's token, while it is a guest's"

export const cart = contract('cart', {
  version: '3.1.0',
  summary: 'Carts, their lines and totals',
  methods: {
    createCart: command({
      summary:
        'Opens an empty cart for a guest, whose only key to it is the token; for a customer the open cart that they have, or their first.',
      input: Strict({}),
      output: Strict({
        ...Cart.properties,
        token: Type.Union([Type.String(), Type.Null()], {
          description:
            'send it as `Authorization: Bearer …`; null for a customer, whose session opens the cart',
        }),
      }),
      secretAnswer: true,
      access: 'public',
      rest: { method: 'POST', path: '/carts', status: 201 },
    }),
    getCart: query({
      summary:
        'Reads a cart, priced by the catalog as of now. A line that cannot be ordered says so in `problem`, and no total counts it.',
      input: Strict({ cartId: CartId }),
      output: Cart,
      failures: found,
      access: 'public',
      thingToken,
      rest: { method: 'GET', path: '/carts/{cartId}' },
    }),
    priceLines: query({
      summary:
        'Prices some lines of a cart as if it had no others, such as those that are in stock; others are left out.',
      input: Strict({ cartId: CartId, lineIds: Type.Array(LineId, { maxItems: 100 }) }),
      output: Strict({ totals: Totals, shippingOption: Type.Union([ShippingOption, Type.Null()]) }),
      failures: found,
      access: 'public',
    }),
    findMyCart: query({
      summary: "Finds the customer's open cart.",
      input: Strict({}),
      output: Strict({ cartId: Type.Union([CartId, Type.Null()]) }),
      access: 'customer',
    }),
    addLine: command({
      summary: 'Puts pieces of a variant into the cart; adds to the line that has it already.',
      input: Strict({ cartId: CartId, variantId: VariantId, quantity: Quantity }),
      output: Cart,
      failures: {
        ...changeable,
        VARIANT_NOT_FOUND: { status: 422, summary: 'The variant does not exist or is not sold.' },
        OUT_OF_STOCK: outOfStock,
        CART_FULL: {
          status: 409,
          summary:
            'A cart has at most 100 lines of at most 999 pieces, and costs at most what one order can hold.',
        },
        CURRENCY_MISMATCH: {
          status: 409,
          summary: "The variant's price is in another currency than the cart.",
        },
      },
      access: 'public',
      thingToken,
      rest: { method: 'POST', path: '/carts/{cartId}/lines', status: 201 },
    }),
    updateLine: command({
      summary: 'Sets the quantity of a line.',
      input: Strict({ cartId: CartId, lineId: LineId, quantity: Quantity }),
      output: Cart,
      failures: {
        ...changeable,
        LINE_NOT_FOUND: { status: 404, summary: 'The cart has no such line.' },
        CART_FULL: { status: 409, summary: 'The cart would be worth more than can be ordered at once.' },
        OUT_OF_STOCK: outOfStock,
      },
      access: 'public',
      thingToken,
      rest: { method: 'PATCH', path: '/carts/{cartId}/lines/{lineId}' },
    }),
    removeLine: command({
      summary: 'Takes a line out; does nothing when it is gone.',
      input: Strict({ cartId: CartId, lineId: LineId }),
      output: Cart,
      failures: changeable,
      access: 'public',
      thingToken,
      rest: { method: 'DELETE', path: '/carts/{cartId}/lines/{lineId}' },
    }),
    setContact: command({
      summary:
        'Sets who buys and where the goods go; the billing address is the shipping address unless given. The domain of the e-mail address is kept in ASCII.',
      input: Strict({ cartId: CartId, ...Contact.properties, email: TypedEmail }),
      output: Cart,
      failures: {
        ...changeable,
        ADDRESS_INVALID: addressInvalid,
        EMAIL_INVALID: emailInvalid,
        COUNTRY_NOT_SERVED: { status: 422, summary: 'Nothing is shipped to this country.' },
      },
      access: 'public',
      thingToken,
      rest: { method: 'PUT', path: '/carts/{cartId}/contact' },
    }),
    listCountries: query({
      summary: 'Lists the countries that goods are shipped to, by name.',
      input: Strict({}),
      output: Strict({
        items: Type.Array(
          Strict({ code: Type.String({ description: 'ISO 3166-1 alpha-2' }), name: Type.String() }),
        ),
      }),
      access: 'public',
      rest: { method: 'GET', path: '/countries' },
    }),
    listShippingOptions: query({
      summary: 'Lists the ways to ship this cart to its address, each with its price.',
      input: Strict({ cartId: CartId }),
      output: Strict({ items: Type.Array(ShippingOption) }),
      failures: { ...found, CONTACT_MISSING: { status: 409, summary: 'The cart has no address yet.' } },
      access: 'public',
      thingToken,
      rest: { method: 'GET', path: '/carts/{cartId}/shipping-options' },
    }),
    setShippingOption: command({
      summary: 'Chooses how to ship.',
      input: Strict({ cartId: CartId, shippingOptionId: Line(1, 60) }),
      output: Cart,
      failures: {
        ...changeable,
        CONTACT_MISSING: { status: 409, summary: 'The cart has no address yet.' },
        SHIPPING_OPTION_UNKNOWN: {
          status: 422,
          summary: 'The option is not one of the cart’s shipping options.',
        },
      },
      access: 'public',
      thingToken,
      rest: { method: 'PUT', path: '/carts/{cartId}/shipping-option' },
    }),
    addCoupon: command({
      summary: 'Applies a coupon code; a repeat changes nothing.',
      input: Strict({ cartId: CartId, code: Line(1, 60) }),
      output: Cart,
      failures: {
        ...changeable,
        COUPON_UNKNOWN: { status: 422, summary: 'The code does not exist or is over.' },
        TOO_MANY_ATTEMPTS: {
          status: 429,
          summary: 'Too many codes that do not exist were tried by this shopper or from this network: wait.',
        },
        COUPON_LIMIT: { status: 409, summary: 'A cart takes at most five coupons.' },
      },
      access: 'public',
      thingToken,
      rest: { method: 'POST', path: '/carts/{cartId}/coupons' },
    }),
    removeCoupon: command({
      summary: 'Removes a coupon code; does nothing when it is not there.',
      input: Strict({ cartId: CartId, code: Line(1, 60) }),
      output: Cart,
      failures: changeable,
      access: 'public',
      thingToken,
      rest: { method: 'DELETE', path: '/carts/{cartId}/coupons' },
    }),
    adoptCart: command({
      summary:
        "Gives a guest's cart to the customer who logged in: it becomes theirs, or its lines join the cart they have. Its token opens it no more.",
      input: Strict({ cartId: CartId }),
      output: Strict({ cartId: CartId }),
      failures: {
        ...changeable,
        CART_FULL: {
          status: 409,
          summary: 'One cart cannot hold both: the cart stays the guest’s, and the customer’s is as it was.',
        },
      },
      access: 'customer',
      thingToken,
      rest: { method: 'POST', path: '/carts/{cartId}/adopt' },
    }),
    getCheckout: query({
      summary: 'Reads the cart as an order would keep it.',
      input: Strict({ cartId: CartId }),
      output: CheckoutSnapshot,
      failures: {
        ...changeable,
        CART_EMPTY: { status: 409, summary: 'The cart has no lines.' },
        CART_FULL: {
          status: 409,
          summary: 'At the prices of now its goods cost more than one order can hold.',
        },
        CART_INCOMPLETE: {
          status: 409,
          summary: 'Something is missing before it can be ordered.',
          data: Strict({
            missing: Type.Array(Type.Union([Type.Literal('contact'), Type.Literal('shippingOption')])),
          }),
        },
        ADDRESS_INVALID: addressInvalid,
        VARIANT_NOT_FOUND: { status: 409, summary: 'A line is no longer sold.' },
      },
      access: 'public',
    }),
    freezeCart: command({
      summary:
        'Stops changes while an order is placed. Fails when the cart changed since `version`; a repeat for the same order does nothing.',
      input: Strict({ cartId: CartId, version: Type.Integer(), orderId: OrderId }),
      output: Nothing,
      failures: {
        CART_CHANGED: { status: 409, summary: 'The cart changed since.' },
        CART_IN_CHECKOUT: { status: 409, summary: 'Another order for this cart is under way.' },
        CART_ORDERED: {
          status: 409,
          summary: 'The cart has become an order.',
          data: Strict({ orderId: OrderId }),
        },
      },
      access: 'internal',
    }),
    thawCart: command({
      summary: 'Opens a cart that this order froze; else does nothing.',
      input: Strict({ cartId: CartId, orderId: OrderId }),
      output: Nothing,
      access: 'internal',
    }),
    closeCart: command({
      summary: 'Marks the cart as ordered; a repeat changes nothing.',
      input: Strict({ cartId: CartId, orderId: OrderId }),
      output: Nothing,
      access: 'internal',
    }),
    deleteExpired: command({
      summary:
        'Deletes carts that were not used for too long, and counts of coupon tries that are over, a batch at a time.',
      input: Strict({}),
      output: Strict({ deleted: Type.Integer() }),
      access: 'internal',
    }),
    auditCarts: query({
      summary: 'Lists customers who have several open carts, and frozen carts by id, for the audit.',
      input: Strict({
        after: Type.Optional(Type.String({ maxLength: 60 })),
        limit: Type.Integer({ minimum: 1, maximum: 5000 }),
      }),
      output: Strict({
        /** Only in the first page: what does not add up, in words. */
        problems: Type.Optional(Type.Array(Type.String())),
        carts: Type.Array(
          Strict({ cartId: CartId, status: Type.String(), orderId: Type.Union([OrderId, Type.Null()]) }),
        ),
      }),
      timeoutMs: 60_000,
      access: 'internal',
    }),
  },
})
