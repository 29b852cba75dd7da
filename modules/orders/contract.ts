import { type Static, Type } from 'typebox'
import { CartLine, CartVersion, Contact, ShippingOption, Totals } from '#modules/cart/contract.ts'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { addressInvalid } from '#shared/address.ts'
import { Id } from '#shared/ids.ts'
import { Money } from '#shared/money.ts'
import { Strict } from '#shared/object.ts'
import { Page, pageInput } from '#shared/page.ts'
import { Line, Timestamp } from '#shared/text.ts'

export const OrderId = Id('ord')

/** `pending`: the payment is under way. See the state diagram in README.md. */
export const OrderStatus = Type.Union([
  Type.Literal('pending'),
  Type.Literal('confirmed'),
  Type.Literal('fulfilled'),
  Type.Literal('cancelled'),
])
export const PaymentStatus = Type.Union([
  Type.Literal('pending'),
  Type.Literal('requires_action'),
  Type.Literal('paid'),
  Type.Literal('declined'),
  Type.Literal('voided'),
  Type.Literal('refunded'),
])

/** An order keeps what the shopper saw: names, prices, taxes and addresses, whatever becomes of the products. */
export const Order = Strict({
  id: OrderId,
  /** The short number that people say: unique, growing, with gaps. */
  number: Type.String(),
  status: OrderStatus,
  payment: Strict({
    status: PaymentStatus,
    /** `none` when there was nothing to pay. */
    provider: Type.String(),
    /** Where the shopper confirms the payment, while it requires that. */
    actionUrl: Type.Union([Type.String(), Type.Null()]),
    /** Why the order was cancelled: why it was declined, for example. For the shopper. */
    reason: Type.Union([Type.String(), Type.Null()]),
    dueAt: Type.Optional(
      Type.String({
        ...Timestamp,
        description: 'RFC 3339, UTC; while the order is pending: one that is not paid by then is cancelled',
      }),
    ),
  }),
  cartId: Type.String(),
  customerId: Type.Union([Type.String(), Type.Null()]),
  contact: Contact,
  lines: Type.Array(CartLine),
  shippingOption: ShippingOption,
  coupons: Type.Array(Strict({ code: Type.String(), title: Type.String() })),
  totals: Totals,
  /** Whether the caller may still cancel it. */
  cancellable: Type.Boolean(),
  placedAt: Timestamp,
  /** The state machine's steps so far, oldest first. */
  history: Type.Array(Strict({ status: Type.String(), at: Timestamp, note: Type.Optional(Type.String()) })),
})
export type Order = Static<typeof Order>

const found = {
  ORDER_NOT_FOUND: { status: 404, summary: 'No order with this id belongs to the caller.' },
} as const
const cancellable = {
  ...found,
  ORDER_NOT_CANCELLABLE: {
    status: 409,
    summary: 'The order is on its way, or over.',
    data: Strict({ status: OrderStatus }),
  },
} as const

/** Of the methods on one order. */
const thingToken =
  "the token of the cart that became the order, or the key from a mail's link: while the order is a guest's"

export const orders = contract('orders', {
  version: '3.2.0',
  reactsTo: ['payments.intentSettled'],
  summary: 'The checkout, orders, fulfilment and cancellation',
  methods: {
    placeOrder: command({
      summary:
        'Places an order for a cart as the shopper saw it, and asks for the payment. While the payment needs the shopper or is not known yet, the order is `pending`.',
      input: Strict({
        cartId: Id('crt'),
        /** The `version` of the cart's answer that the shopper confirms. */
        cartVersion: CartVersion,
        /** What the shopper expects to pay, for clients that say it too. */
        expectedTotal: Type.Optional(Money),
        /** May be left out when the cart costs nothing, and is ignored then. */
        payment: Type.Optional(Strict({ provider: Line(1, 40), token: Line(1, 255) })),
      }),
      output: Order,
      failures: {
        CART_NOT_FOUND: { status: 404, summary: 'No cart with this id belongs to the caller.' },
        CART_EXPIRED: { status: 410, summary: 'The cart was not used for too long.' },
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
        ADDRESS_INVALID: {
          ...addressInvalid,
          summary:
            "An address of the cart was set before its country's rules were: set the contact again. `fields` are members of the cart's contact.",
        },
        CART_IN_CHECKOUT: { status: 409, summary: 'An order for this cart is under way.' },
        CART_ORDERED: {
          status: 409,
          summary: 'The cart has become an order.',
          data: Strict({ orderId: OrderId }),
        },
        CART_CHANGED: {
          status: 409,
          summary: 'The cart, or a price in it, is not as the shopper saw it: read it again and show it.',
        },
        VARIANT_NOT_FOUND: { status: 409, summary: 'A line is no longer sold.' },
        OUT_OF_STOCK: {
          status: 409,
          summary: 'Fewer pieces are left than wanted.',
          data: Strict({
            lines: Type.Array(
              Strict({
                variantId: Id('var'),
                requested: Type.Integer(),
                available: Type.Integer(),
                title: Type.String(),
              }),
            ),
          }),
        },
        PAYMENT_MISSING: { status: 422, summary: 'The cart costs something, and no payment is named.' },
        UNKNOWN_PROVIDER: { status: 422, summary: 'No payment provider has this name.' },
        UNPAID_LIMIT: {
          status: 409,
          summary:
            'The payment waits for the shopper, and unpaid orders of this customer or network hold too many pieces: the order was undone. Pay or cancel another one first.',
          data: Strict({ orderId: OrderId, pieces: Type.Integer(), limit: Type.Integer() }),
        },
        PAYMENT_DECLINED: {
          status: 402,
          summary: 'The payment was declined; the cart is open again.',
          data: Strict({ orderId: OrderId, reason: Type.String() }),
        },
      },
      timeoutMs: 20_000,
      access: 'public',
      thingToken: "the cart's token, while it is a guest's",
      rest: { method: 'POST', path: '/orders', status: 201 },
    }),
    getOrder: query({
      summary:
        "Reads an order: the customer's own; a guest's with the token of the cart that it was, with the key from a mail's link, or as the customer who has proven its address; any as staff with `orders.read`.",
      input: Strict({ orderId: OrderId }),
      output: Order,
      failures: found,
      access: 'public',
      thingToken,
      rest: { method: 'GET', path: '/orders/{orderId}' },
    }),
    confirmPayment: command({
      summary:
        'Tells that the shopper has been at the provider: asks there how it went and goes on. A repeat reads the order.',
      input: Strict({ orderId: OrderId }),
      output: Order,
      failures: found,
      timeoutMs: 20_000,
      access: 'public',
      thingToken,
      rest: { method: 'POST', path: '/orders/{orderId}/confirm-payment' },
    }),
    cancelOrder: command({
      summary:
        'Cancels an order that is not on its way: gives the money and the stock back; also as staff with `orders.read` and `orders.write`. A repeat reads the order.',
      input: Strict({ orderId: OrderId }),
      output: Order,
      failures: {
        ...cancellable,
        FORBIDDEN: { status: 403, summary: 'The staff member lacks the permission `orders.write`.' },
      },
      timeoutMs: 20_000,
      access: 'public',
      thingToken,
      rest: { method: 'POST', path: '/orders/{orderId}/cancel' },
    }),
    listMyOrders: query({
      summary:
        "Lists the customer's orders, newest first; among them guests' orders for the address that the customer has proven.",
      input: Strict(pageInput),
      output: Page(Order),
      failures: { INVALID_CURSOR: { status: 400, summary: 'The cursor is not one that this list gave.' } },
      access: 'customer',
      rest: { method: 'GET', path: '/accounts/me/orders' },
    }),
    listOrders: query({
      summary: 'Lists all orders, newest first.',
      input: Strict({ status: Type.Optional(OrderStatus), ...pageInput }),
      output: Page(Order),
      failures: { INVALID_CURSOR: { status: 400, summary: 'The cursor is not one that this list gave.' } },
      access: 'staff:orders.read',
      rest: { method: 'GET', path: '/admin/orders' },
    }),
    fulfilOrder: command({
      summary:
        'Marks a confirmed order as handed to the carrier, as staff with `orders.read` and `orders.write`. A repeat reads the order.',
      input: Strict({ orderId: OrderId }),
      output: Order,
      failures: {
        ...found,
        ORDER_NOT_CONFIRMED: {
          status: 409,
          summary: 'Only a confirmed order can be fulfilled.',
          data: Strict({ status: OrderStatus }),
        },
      },
      access: 'staff:orders.write',
      rest: { method: 'POST', path: '/admin/orders/{orderId}/fulfil' },
    }),
    issueOrderKey: query({
      summary:
        "Makes a key that opens one guest's order for 90 days, as the token of its cart does: for the link in a mail to its buyer.",
      input: Strict({ orderId: OrderId }),
      output: Strict({ key: Type.String(), expiresAt: Timestamp }),
      access: 'internal',
    }),
    createOrder: command({
      summary: 'A step of the checkout: keeps the order as pending.',
      input: Strict({
        orderId: OrderId,
        intentId: Id('pay'),
        provider: Type.String(),
        tokenHash: Type.String(),
        /** The network that it was placed from, while its payment is not decided. */
        placedFrom: Type.Optional(Type.String({ maxLength: 100 })),
        cartId: Id('crt'),
        customerId: Type.Union([Type.String(), Type.Null()]),
        contact: Contact,
        lines: Type.Array(CartLine),
        shippingOption: ShippingOption,
        coupons: Type.Array(Strict({ code: Type.String(), title: Type.String() })),
        totals: Totals,
      }),
      output: Order,
      access: 'internal',
    }),
    noteAction: command({
      summary: 'A step of the checkout: keeps that the payment waits for the shopper or for the provider.',
      input: Strict({ orderId: OrderId, actionUrl: Type.Union([Type.String(), Type.Null()]) }),
      output: Order,
      failures: found,
      access: 'internal',
    }),
    confirmOrder: command({
      summary: 'A step of the checkout: the order is paid.',
      input: Strict({ orderId: OrderId }),
      output: Order,
      failures: found,
      access: 'internal',
    }),
    markCancelled: command({
      summary: 'A step of checkout and cancellation: the order is over. A repeat changes nothing.',
      input: Strict({
        orderId: OrderId,
        paymentStatus: PaymentStatus,
        reason: Type.String(),
        /** Whether its buyer gets a mail, because they do not know of it. */
        tell: Type.Optional(Type.Boolean()),
      }),
      output: Order,
      failures: cancellable,
      access: 'internal',
    }),
    noteRefund: command({
      summary: 'The last step of a cancellation: the money is back. A repeat changes nothing.',
      input: Strict({
        orderId: OrderId,
        paymentStatus: Type.Union([
          Type.Literal('declined'),
          Type.Literal('voided'),
          Type.Literal('refunded'),
        ]),
      }),
      output: Order,
      failures: found,
      access: 'internal',
    }),
    auditOrders: query({
      summary: 'Lists orders by id for the audit.',
      input: Strict({
        after: Type.Optional(Type.String({ maxLength: 60 })),
        limit: Type.Integer({ minimum: 1, maximum: 5000 }),
      }),
      output: Strict({
        orders: Type.Array(
          Strict({
            orderId: OrderId,
            intentId: Type.String(),
            cartId: Type.String(),
            status: OrderStatus,
            total: Money,
            lines: Type.Array(Strict({ variantId: Type.String(), quantity: Type.Integer() })),
            placedAt: Timestamp,
          }),
        ),
      }),
      timeoutMs: 60_000,
      access: 'internal',
    }),
  },
  events: {
    orderConfirmed: event({
      summary: 'An order is paid; this happens once for each order.',
      payload: Strict({ orderId: OrderId, order: Order }),
      aggregate: 'orderId',
    }),
    orderCancelled: event({
      summary:
        'An order ended that its buyer counts on, or has paid for: a confirmed one was cancelled and its money given back; one that waited for its payment ended by itself, was cancelled by the shop, or ended after money was taken. Once for each order.',
      payload: Strict({ orderId: OrderId, order: Order }),
      aggregate: 'orderId',
    }),
    orderFulfilled: event({
      summary: 'An order was handed to the carrier.',
      payload: Strict({ orderId: OrderId, order: Order }),
      aggregate: 'orderId',
    }),
  },
})
