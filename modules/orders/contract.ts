import { type Static, Type } from 'typebox'
import {
  CartLine,
  CartVersion,
  Contact,
  priceDetails,
  ShippingOption,
  Totals,
} from '#modules/cart/contract.ts'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { addressInvalid } from '#shared/address.ts'
import { Id } from '#shared/ids.ts'
import { Money } from '#shared/money.ts'
import { Strict } from '#shared/object.ts'
import { Page, pageInput } from '#shared/page.ts'
import { SingleLine, Timestamp } from '#shared/text.ts'

export const OrderId = Id('ord')

/** `pending`: the payment is in progress. See the state diagram in README.md. */
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

/**
 * An order keeps the names, prices, taxes and addresses that the shopper saw. Later changes of products do not affect
 * it.
 */
export const Order = Strict({
  id: OrderId,
  /** The short number for people: unique and increasing, with gaps. */
  number: Type.String(),
  status: OrderStatus,
  payment: Strict({
    status: PaymentStatus,
    /** `none` if there was nothing to pay. */
    provider: Type.String(),
    /** Where the shopper confirms the payment, while its status is `requires_action`. */
    actionUrl: Type.Union([Type.String(), Type.Null()]),
    /** Why the order was cancelled or the payment was declined, as text for the shopper. */
    reason: Type.Union([Type.String(), Type.Null()]),
    dueAt: Type.Optional(
      Type.String({
        ...Timestamp,
        description:
          'RFC 3339, UTC; only while the order is pending. An order that is not paid by then is cancelled',
      }),
    ),
  }),
  cartId: Type.String(),
  customerId: Type.Union([Type.String(), Type.Null()]),
  contact: Contact,
  lines: Type.Array(CartLine),
  shippingOption: ShippingOption,
  coupons: Type.Array(Strict({ code: Type.String(), title: Type.String() })),
  ...priceDetails,
  totals: Totals,
  /** Whether the caller can cancel the order now. */
  cancellable: Type.Boolean(),
  placedAt: Timestamp,
  /** The order's changes of status, and what happened to the payment of a cancelled order, oldest first. */
  history: Type.Array(Strict({ status: Type.String(), at: Timestamp, note: Type.Optional(Type.String()) })),
})
export type Order = Static<typeof Order>

const notFoundFailures = {
  ORDER_NOT_FOUND: { status: 404, summary: 'No order with this id belongs to the caller.' },
} as const
const cancelFailures = {
  ...notFoundFailures,
  ORDER_NOT_CANCELLABLE: {
    status: 409,
    summary: 'The order is already fulfilled.',
    data: Strict({ status: OrderStatus }),
  },
} as const

/** The text of the API documents about the token for methods on a single order. */
const resourceToken = "for a guest's order: the token of its cart, or the key in the link of an email"

export const orders = contract('orders', {
  version: '4.0.0',
  reactsTo: ['payments.intentSettled'],
  summary: 'Checkout, orders, fulfilment and cancellation',
  methods: {
    placeOrder: command({
      summary:
        'Places an order for a cart as the shopper saw it, and requests the payment. The order is `pending` while the shopper must confirm the payment or its result is unknown.',
      input: Strict({
        cartId: Id('crt'),
        /** The `version` of the cart that the shopper saw. */
        cartVersion: CartVersion,
        /** The total that the shopper saw, as an additional check. */
        expectedTotal: Type.Optional(Money),
        /** Optional and ignored when the cart costs nothing. */
        payment: Type.Optional(Strict({ provider: SingleLine(1, 40), token: SingleLine(1, 255) })),
      }),
      output: Order,
      failures: {
        CART_NOT_FOUND: { status: 404, summary: 'No cart with this id belongs to the caller.' },
        CART_EXPIRED: { status: 410, summary: 'The cart has expired, because it was not used for too long.' },
        CART_EMPTY: { status: 409, summary: 'The cart has no lines.' },
        CART_FULL: {
          status: 409,
          summary: 'At current prices the goods exceed the maximum total of an order.',
        },
        CART_INCOMPLETE: {
          status: 409,
          summary: 'The cart lacks information that an order needs.',
          data: Strict({
            missing: Type.Array(Type.Union([Type.Literal('contact'), Type.Literal('shippingOption')])),
          }),
        },
        ADDRESS_INVALID: {
          ...addressInvalid,
          summary:
            "An address of the cart breaks a rule of its country that is newer than the address. Set the contact again. `fields` lists the members of the cart's contact that break it.",
        },
        CART_IN_CHECKOUT: { status: 409, summary: 'An earlier order for this cart is still pending.' },
        CART_ORDERED: {
          status: 409,
          summary: 'The cart was already ordered.',
          data: Strict({ orderId: OrderId }),
        },
        CART_CHANGED: {
          status: 409,
          summary:
            'The cart or one of its prices has changed since the shopper saw it. Read the cart again and show it.',
        },
        VARIANT_NOT_FOUND: { status: 409, summary: 'A variant in the cart is no longer sold.' },
        PROMOTION_USED_UP: {
          status: 409,
          summary:
            'Other orders have used up a promotion or a code of the cart meanwhile. Read the cart again and show it.',
          data: Strict({ promotionId: Type.String(), title: Type.String() }),
        },
        OUT_OF_STOCK: {
          status: 409,
          summary: 'Fewer pieces are available than requested.',
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
        PAYMENT_MISSING: { status: 422, summary: 'The cart needs a payment, and `payment` is missing.' },
        UNKNOWN_PROVIDER: { status: 422, summary: 'No payment provider has this name.' },
        UNPAID_LIMIT: {
          status: 409,
          summary:
            'The payment waits for the shopper, and with this order the unpaid orders of the customer or network would reserve too many pieces (`pieces`, where at most `limit` are allowed). So this order was cancelled. Pay for or cancel another order first.',
          data: Strict({ orderId: OrderId, pieces: Type.Integer(), limit: Type.Integer() }),
        },
        PAYMENT_DECLINED: {
          status: 402,
          summary: 'The payment was declined. The cart can be ordered again.',
          data: Strict({ orderId: OrderId, reason: Type.String() }),
        },
      },
      timeoutMs: 20_000,
      access: 'public',
      resourceToken: "the cart's token, while it is a guest's",
      rest: { method: 'POST', path: '/orders', status: 201 },
    }),
    getOrder: query({
      summary:
        "Returns an order. Customers can read their own orders. A guest's order is readable with the token of its cart, with the key in the link of an email, or by a customer who has confirmed its email address. Staff with `orders.read` can read all orders.",
      input: Strict({ orderId: OrderId }),
      output: Order,
      failures: notFoundFailures,
      access: 'public',
      resourceToken,
      rest: { method: 'GET', path: '/orders/{orderId}' },
    }),
    confirmPayment: command({
      summary:
        "Requests the payment's result from the provider, after the shopper has returned from there, and completes or cancels the pending order accordingly. Returns an order that is not pending as it is.",
      input: Strict({ orderId: OrderId }),
      output: Order,
      failures: notFoundFailures,
      timeoutMs: 20_000,
      access: 'public',
      resourceToken,
      rest: { method: 'POST', path: '/orders/{orderId}/confirm-payment' },
    }),
    cancelOrder: command({
      summary:
        'Cancels an order that is not fulfilled, voids or refunds its payment and returns its stock. Staff need `orders.read` and `orders.write`. A repeat returns the order.',
      input: Strict({ orderId: OrderId }),
      output: Order,
      failures: {
        ...cancelFailures,
        FORBIDDEN: { status: 403, summary: 'The staff member lacks the permission `orders.write`.' },
      },
      timeoutMs: 20_000,
      access: 'public',
      resourceToken,
      rest: { method: 'POST', path: '/orders/{orderId}/cancel' },
    }),
    listMyOrders: query({
      summary:
        "Lists the customer's orders, newest first, including guest orders for the email address that the customer has confirmed.",
      input: Strict(pageInput),
      output: Page(Order),
      failures: { INVALID_CURSOR: { status: 400, summary: 'The cursor is not from this list.' } },
      access: 'customer',
      rest: { method: 'GET', path: '/accounts/me/orders' },
    }),
    listOrders: query({
      summary: 'Lists all orders, or those with the given `status`, newest first.',
      input: Strict({ status: Type.Optional(OrderStatus), ...pageInput }),
      output: Page(Order),
      failures: { INVALID_CURSOR: { status: 400, summary: 'The cursor is not from this list.' } },
      access: 'staff:orders.read',
      rest: { method: 'GET', path: '/admin/orders' },
    }),
    fulfilOrder: command({
      summary:
        'Marks a confirmed order as fulfilled: shipped, ready for pickup or sent by email. Staff need `orders.read` and `orders.write`. A repeat returns the order.',
      input: Strict({ orderId: OrderId }),
      output: Order,
      failures: {
        ...notFoundFailures,
        ORDER_NOT_CONFIRMED: {
          status: 409,
          summary: 'The order is not confirmed.',
          data: Strict({ status: OrderStatus }),
        },
      },
      access: 'staff:orders.write',
      rest: { method: 'POST', path: '/admin/orders/{orderId}/fulfil' },
    }),
    issueOrderKey: query({
      summary:
        "Makes a key for the link in an email. It opens one guest's order for 90 days, like the token of its cart. Keys are computed, not stored; each call returns a valid one.",
      input: Strict({ orderId: OrderId }),
      output: Strict({ key: Type.String(), expiresAt: Timestamp }),
      access: 'internal',
    }),
    createOrder: command({
      summary: 'Step of the checkout: stores the order as pending.',
      input: Strict({
        orderId: OrderId,
        intentId: Id('pay'),
        provider: Type.String(),
        tokenHash: Type.String(),
        /** The client's network, stored until the order is confirmed or cancelled. */
        placedFrom: Type.Optional(Type.String({ maxLength: 100 })),
        cartId: Id('crt'),
        customerId: Type.Union([Type.String(), Type.Null()]),
        contact: Contact,
        lines: Type.Array(CartLine),
        shippingOption: ShippingOption,
        coupons: Type.Array(Strict({ code: Type.String(), title: Type.String() })),
        ...priceDetails,
        totals: Totals,
      }),
      output: Order,
      access: 'internal',
    }),
    recordPaymentWait: command({
      summary: 'Step of the checkout: records that the payment waits for the shopper or the provider.',
      input: Strict({ orderId: OrderId, actionUrl: Type.Union([Type.String(), Type.Null()]) }),
      output: Order,
      failures: notFoundFailures,
      access: 'internal',
    }),
    confirmOrder: command({
      summary: 'Step of the checkout: confirms the paid order.',
      input: Strict({ orderId: OrderId }),
      output: Order,
      failures: notFoundFailures,
      access: 'internal',
    }),
    markCancelled: command({
      summary: 'Step of checkout and cancellation: marks the order as cancelled. A repeat changes nothing.',
      input: Strict({
        orderId: OrderId,
        paymentStatus: PaymentStatus,
        reason: Type.String(),
        /** Whether to emit `orderCancelled`, so that the buyer gets an email. */
        notifyBuyer: Type.Optional(Type.Boolean()),
      }),
      output: Order,
      failures: cancelFailures,
      access: 'internal',
    }),
    recordRefund: command({
      summary:
        'Last step of a cancellation: records the refund or the void of the payment, and emits `orderCancelled`. A repeat changes nothing.',
      input: Strict({
        orderId: OrderId,
        paymentStatus: Type.Union([
          Type.Literal('declined'),
          Type.Literal('voided'),
          Type.Literal('refunded'),
        ]),
      }),
      output: Order,
      failures: notFoundFailures,
      access: 'internal',
    }),
    auditOrders: query({
      summary: 'Lists orders by id, for the audit.',
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
            promotions: Type.Optional(
              Type.Integer({
                description: 'number of promotions that reduced it; missing in orders of an older version',
              }),
            ),
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
      summary: 'An order was paid. Emitted once per order.',
      payload: Strict({ orderId: OrderId, order: Order }),
      aggregate: 'orderId',
    }),
    orderCancelled: event({
      summary:
        'An order was cancelled, and its buyer must be informed. Emitted once per order, in three cases: a confirmed order was cancelled, and its payment was refunded or voided; the payment of a pending order was refunded; or an order that waited for its payment was cancelled by its deadline, by the shop, by a decline after the answer to `placeOrder`, or because its items sold out. Not emitted when the shopper cancelled the unpaid order or refused its payment, or when `placeOrder` itself answered with the failure.',
      payload: Strict({ orderId: OrderId, order: Order }),
      aggregate: 'orderId',
    }),
    orderFulfilled: event({
      summary: 'An order was shipped, is ready for pickup or was sent by email.',
      payload: Strict({ orderId: OrderId, order: Order }),
      aggregate: 'orderId',
    }),
  },
})
