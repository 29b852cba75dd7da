import { Type } from 'typebox'
import { ShippingOption } from '#modules/pricing/contract.ts'
import { command, contract, query } from '#runtime/contract/contract.ts'
import { addressInvalid } from '#shared/address.ts'
import { emailInvalid } from '#shared/email.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { SingleLine, TypedEmail } from '#shared/text.ts'
import { Cart, CartId, CheckoutSnapshot, Contact, LineId, OrderId, Quantity, VariantId } from './schemas.ts'

export { ShippingOption, Totals } from '#modules/pricing/contract.ts'
export {
  Cart,
  CartLine,
  CartVersion,
  CheckoutSnapshot,
  Contact,
  LineProblem,
  priceDetails,
} from './schemas.ts'

const readFailures = {
  CART_NOT_FOUND: { status: 404, summary: 'No cart with this id belongs to the caller.' },
  CART_EXPIRED: { status: 410, summary: 'The cart was not used for too long.' },
} as const
const changeFailures = {
  ...readFailures,
  CART_IN_CHECKOUT: { status: 409, summary: 'An order for this cart is being placed.' },
  CART_ORDERED: {
    status: 409,
    summary: 'The cart was ordered.',
    data: Strict({ orderId: OrderId }),
  },
} as const

const pricingUnavailable = {
  PRICING_UNAVAILABLE: { status: 503, summary: 'Prices cannot be computed now: try again in a moment.' },
} as const

const outOfStock = {
  status: 409,
  summary: 'Fewer pieces are in stock than requested.',
  data: Strict({ variantId: VariantId, requested: Type.Integer(), available: Type.Integer() }),
} as const

/** The token that opens one cart, for the methods that take a cart's id. */
const resourceToken = "the token of a guest's cart"

export const cart = contract('cart', {
  version: '3.2.0',
  summary: 'Carts, their lines and totals',
  methods: {
    createCart: command({
      summary:
        'Creates an empty cart for a guest, who needs its token from then on; returns the open cart of a customer, or creates one.',
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
        'Reads a cart at current prices. A line that cannot be ordered has a `problem`, and totals do not count it.',
      input: Strict({ cartId: CartId }),
      output: Cart,
      failures: readFailures,
      access: 'public',
      resourceToken,
      rest: { method: 'GET', path: '/carts/{cartId}' },
    }),
    findMyCart: query({
      summary: "Finds the customer's open cart.",
      input: Strict({}),
      output: Strict({ cartId: Type.Union([CartId, Type.Null()]) }),
      access: 'customer',
    }),
    addLine: command({
      summary:
        'Adds pieces of a variant to the cart; adds to the quantity of a line that has the variant already.',
      input: Strict({ cartId: CartId, variantId: VariantId, quantity: Quantity }),
      output: Cart,
      failures: {
        ...changeFailures,
        VARIANT_NOT_FOUND: { status: 422, summary: 'The variant does not exist or is not sold.' },
        OUT_OF_STOCK: outOfStock,
        CART_FULL: {
          status: 409,
          summary:
            'A cart has at most 100 lines of at most 999 pieces, and its total is limited to that of one order.',
        },
        CURRENCY_MISMATCH: {
          status: 409,
          summary: "The variant's price is not in the cart's currency.",
        },
      },
      access: 'public',
      resourceToken,
      rest: { method: 'POST', path: '/carts/{cartId}/lines', status: 201 },
    }),
    updateLine: command({
      summary: 'Sets the quantity of a line.',
      input: Strict({ cartId: CartId, lineId: LineId, quantity: Quantity }),
      output: Cart,
      failures: {
        ...changeFailures,
        LINE_NOT_FOUND: { status: 404, summary: 'The cart has no such line.' },
        CART_FULL: { status: 409, summary: "The cart's total would exceed the limit of one order." },
        OUT_OF_STOCK: outOfStock,
      },
      access: 'public',
      resourceToken,
      rest: { method: 'PATCH', path: '/carts/{cartId}/lines/{lineId}' },
    }),
    removeLine: command({
      summary: 'Removes a line; does nothing if the cart has no such line.',
      input: Strict({ cartId: CartId, lineId: LineId }),
      output: Cart,
      failures: changeFailures,
      access: 'public',
      resourceToken,
      rest: { method: 'DELETE', path: '/carts/{cartId}/lines/{lineId}' },
    }),
    setContact: command({
      summary:
        'Sets the buyer and the addresses; the billing address is the shipping address by default. The domain of the email address is stored in ASCII.',
      input: Strict({ cartId: CartId, ...Contact.properties, email: TypedEmail }),
      output: Cart,
      failures: {
        ...changeFailures,
        ADDRESS_INVALID: addressInvalid,
        EMAIL_INVALID: emailInvalid,
        COUNTRY_NOT_SERVED: { status: 422, summary: 'Nothing is shipped to this country.' },
      },
      access: 'public',
      resourceToken,
      rest: { method: 'PUT', path: '/carts/{cartId}/contact' },
    }),
    listCountries: query({
      summary: 'Lists the countries that goods are shipped to, sorted by name.',
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
      summary: 'Lists the shipping options for what can be ordered of this cart, each with its price.',
      input: Strict({
        cartId: CartId,
        country: Type.Optional(
          Type.String({
            pattern: '^[A-Z]{2}$',
            description: 'ISO 3166-1 alpha-2. Default: the address of the cart',
          }),
        ),
        region: Type.Optional(SingleLine(1, 60)),
        postalCode: Type.Optional(SingleLine(1, 20)),
      }),
      output: Strict({ items: Type.Array(ShippingOption), problem: Cart.properties.shippingProblem }),
      failures: {
        ...readFailures,
        CONTACT_MISSING: { status: 409, summary: 'The cart has no address yet.' },
      },
      access: 'public',
      resourceToken,
      rest: { method: 'GET', path: '/carts/{cartId}/shipping-options' },
    }),
    setShippingOption: command({
      summary: 'Chooses a shipping option.',
      input: Strict({ cartId: CartId, shippingOptionId: SingleLine(1, 60) }),
      output: Cart,
      failures: {
        ...changeFailures,
        ...pricingUnavailable,
        CONTACT_MISSING: { status: 409, summary: 'The cart has no address yet.' },
        SHIPPING_OPTION_UNKNOWN: {
          status: 422,
          summary: "The option is not one of the cart's shipping options.",
        },
      },
      access: 'public',
      resourceToken,
      rest: { method: 'PUT', path: '/carts/{cartId}/shipping-option' },
    }),
    addCoupon: command({
      summary: 'Applies a coupon code; a repeat changes nothing.',
      input: Strict({ cartId: CartId, code: SingleLine(1, 60) }),
      output: Cart,
      failures: {
        ...changeFailures,
        ...pricingUnavailable,
        COUPON_UNKNOWN: { status: 422, summary: 'The code does not exist or is not valid now.' },
        TOO_MANY_ATTEMPTS: {
          status: 429,
          summary: 'This shopper or this network tried too many codes that do not exist: wait.',
        },
        COUPON_LIMIT: { status: 409, summary: 'A cart holds at most five coupons.' },
      },
      access: 'public',
      resourceToken,
      rest: { method: 'POST', path: '/carts/{cartId}/coupons' },
    }),
    removeCoupon: command({
      summary: 'Removes a coupon code; does nothing if the cart does not have it.',
      input: Strict({ cartId: CartId, code: SingleLine(1, 60) }),
      output: Cart,
      failures: changeFailures,
      access: 'public',
      resourceToken,
      rest: { method: 'DELETE', path: '/carts/{cartId}/coupons' },
    }),
    adoptCart: command({
      summary:
        "Gives a guest's cart to the customer who logged in: it becomes theirs, or its lines are added to their open cart. The cart's token becomes invalid.",
      input: Strict({ cartId: CartId }),
      output: Strict({ cartId: CartId }),
      failures: {
        ...changeFailures,
        CART_FULL: {
          status: 409,
          summary: 'One cart cannot hold the lines of both. Neither cart is changed.',
        },
      },
      access: 'customer',
      resourceToken,
      rest: { method: 'POST', path: '/carts/{cartId}/adopt' },
    }),
    getCheckout: query({
      summary: 'Reads the cart as an order would store it.',
      input: Strict({ cartId: CartId }),
      output: CheckoutSnapshot,
      failures: {
        ...changeFailures,
        CART_EMPTY: { status: 409, summary: 'The cart has no lines.' },
        CART_FULL: {
          status: 409,
          summary: 'At current prices the total exceeds the limit of one order.',
        },
        CART_INCOMPLETE: {
          status: 409,
          summary: 'The contact or the shipping option is missing.',
          data: Strict({
            missing: Type.Array(Type.Union([Type.Literal('contact'), Type.Literal('shippingOption')])),
          }),
        },
        ADDRESS_INVALID: addressInvalid,
        VARIANT_NOT_FOUND: { status: 409, summary: 'The variant of a line is no longer sold.' },
      },
      access: 'public',
    }),
    freezeCart: command({
      summary:
        'Blocks changes while an order is placed. Fails if the cart changed since `version`; a repeat for the same order does nothing.',
      input: Strict({ cartId: CartId, version: Type.Integer(), orderId: OrderId }),
      output: Nothing,
      failures: {
        CART_CHANGED: { status: 409, summary: 'The cart changed since `version`.' },
        CART_IN_CHECKOUT: { status: 409, summary: 'Another order for this cart is being placed.' },
        CART_ORDERED: {
          status: 409,
          summary: 'The cart was ordered.',
          data: Strict({ orderId: OrderId }),
        },
      },
      access: 'internal',
    }),
    thawCart: command({
      summary: 'Reopens a cart that this order froze or closed. A later freeze for the same order fails.',
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
        'Deletes carts a week after they expired, and counts of coupon tries whose window has ended, a batch at a time.',
      input: Strict({}),
      output: Strict({ deleted: Type.Integer() }),
      access: 'internal',
    }),
    auditCarts: query({
      summary: 'Lists customers with several open carts, and frozen carts by id, for the audit.',
      input: Strict({
        after: Type.Optional(Type.String({ maxLength: 60 })),
        limit: Type.Integer({ minimum: 1, maximum: 5000 }),
      }),
      output: Strict({
        /** Only on the first page: a sentence for each customer with several open carts. */
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
